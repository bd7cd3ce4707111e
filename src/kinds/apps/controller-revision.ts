import { type FieldError, invalid, required } from '#base/field-error'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { ControllerRevision as RevisionObject } from '../gen/apps-v1.ts'
import { resources } from '../gen/resources.ts'
import { immutableErrors } from '../immutable-errors.ts'

function* errors({ data, revision }: RevisionObject): Iterable<FieldError> {
  if (data === undefined || data === null) yield required('data', 'data is mandatory')
  if (revision < 0) yield invalid('revision', revision, 'must be greater than or equal to 0')
}

const rules: Rules<RevisionObject> = {
  validate: errors,
  validateUpdate: (next, old) => immutableErrors('data', next.data, old.data),
}

function controller({ metadata }: RevisionObject): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)
  if (!owner) return '<none>'
  const [group = '', version] = owner.apiVersion.split('/')
  const suffix = version === undefined ? '' : `.${group}`
  return `${`${owner.kind}${suffix}`.toLowerCase()}/${owner.name}`
}

const cells: Record<string, Cell<RevisionObject>> = {
  Controller: controller,
  Revision: ({ revision }) => revision ?? 0,
}

/** ControllerRevision: one form that a controller's object has had, kept to go back to. */
export const controllerRevision = defineKind<RevisionObject>(resources['apps/v1/controllerrevisions'], {
  cells,
  rules,
})
