import { type FieldError, invalid, required } from '#base/field-error'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import { defineKind, type Rules } from '../define.ts'
import type { CustomResourceDefinition as DefinitionObject } from '../gen/apiextensions-v1.ts'
import { resources } from '../gen/resources.ts'
import { immutableErrors } from '../immutable-errors.ts'
import { isNew } from '../is-new.ts'
import { specStatus } from '../spec-status.ts'
import { definitionErrors } from './definition-errors.ts'
import { definitionNameErrors } from './definition-name-errors.ts'

const approvedBy = 'api-approved.kubernetes.io'
const protectedGroup = /(?:^|\.)(?:k8s|kubernetes)\.io$/
const more = ', see https://github.com/kubernetes/enhancements/pull/1111'

type Approval = 'missing' | 'given' | 'wrong'

function approvalOf({ metadata }: DefinitionObject): Approval {
  const text = metadata.annotations?.[approvedBy] ?? ''
  if (text === '') return 'missing'
  return /^unapproved|^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#\s]+/.test(text) ? 'given' : 'wrong'
}

/** Groups of the community may be extended only with its approval. */
function* approvalErrors(next: DefinitionObject, old?: DefinitionObject): Iterable<FieldError> {
  const approval = approvalOf(next)
  if (!protectedGroup.test(next.spec.group) || (old && approvalOf(old) === approval)) return
  const path = `metadata.annotations[${approvedBy}]`
  const text = `protected groups must have approval annotation "${approvedBy}"`
  if (approval === 'missing') yield required(path, text + more)
  if (approval !== 'wrong') return
  const why = `${text} with either a URL or a reason starting with "unapproved"${more}`
  yield invalid(path, next.metadata.annotations?.[approvedBy], why)
}

function* nameErrors({ metadata, spec }: DefinitionObject): Iterable<FieldError> {
  const text = 'must be spec.names.plural+"."+spec.group'
  const wanted = `${spec.names.plural}.${spec.group}`
  const { name = '', generateName = '' } = metadata
  if (generateName !== '' && generateName !== wanted)
    yield invalid('metadata.generateName', generateName, text)
  if (name !== '' && name !== wanted) yield invalid('metadata.name', name, text)
}

function* statusErrors({ status }: DefinitionObject): Iterable<FieldError> {
  if (status?.acceptedNames) yield* definitionNameErrors(status.acceptedNames, 'status.acceptedNames')
}

function* storedVersionErrors({ spec, status }: DefinitionObject): Iterable<FieldError> {
  const path = 'status.storedVersions'
  const stored = status?.storedVersions ?? []
  if (stored.length === 0) {
    yield invalid(path, status?.storedVersions, 'must have at least one stored version')
    return
  }
  for (const { name, storage } of spec.versions) {
    if (storage && !stored.includes(name)) {
      yield invalid(path, stored, `must have the storage version ${name}`)
    }
  }
  for (const [i, name] of stored.entries()) {
    if (spec.versions.some((version) => version.name === name)) continue
    const text = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`
    yield invalid(`${path}[${i}]`, name, text)
  }
}

function* preserveErrors({ spec }: DefinitionObject, old?: DefinitionObject): Iterable<FieldError> {
  if (!spec.preserveUnknownFields || old?.spec.preserveUnknownFields) return
  const text =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'
  yield invalid('spec.preserveUnknownFields', true, text)
}

const isEstablished = ({ status }: DefinitionObject) =>
  (status?.conditions ?? []).some(({ type, status: is }) => type === 'Established' && is === 'True')

/** What names a resource stays: its group and plural always, the rest once it is served. */
function* changeErrors({ spec: next }: DefinitionObject, old: DefinitionObject): Iterable<FieldError> {
  const { spec } = old
  if (isEstablished(old)) {
    yield* immutableErrors('spec.scope', next.scope, spec.scope)
    yield* immutableErrors('spec.names.kind', next.names.kind, spec.names.kind)
  }
  yield* immutableErrors('spec.group', next.group, spec.group)
  yield* immutableErrors('spec.names.plural', next.names.plural, spec.names.plural)
}

function* endErrors(next: DefinitionObject, old?: DefinitionObject): Iterable<FieldError> {
  yield* statusErrors(next)
  yield* storedVersionErrors(next)
  yield* approvalErrors(next, old)
  yield* preserveErrors(next, old)
}

/** Versions that objects were ever stored in: those of before, and the one of now. */
function noteStored(object: DefinitionObject, before: readonly string[]): void {
  const now = object.spec.versions.filter(({ storage }) => storage).map(({ name }) => name)
  const storedVersions = [...new Set([...before, ...now])]
  object.status = { ...object.status, storedVersions }
}

const common = specStatus<DefinitionObject>({
  newStatus: ({ spec }) => {
    const storage = spec.versions.find((version) => version.storage)
    const acceptedNames = { plural: '', kind: '' }
    return storage ? { acceptedNames, storedVersions: [storage.name] } : { acceptedNames }
  },
  hasGeneration: true,
})

const rules: Rules<DefinitionObject> = {
  ...common,
  prepareUpdate(next, old, context) {
    common.prepareUpdate(next, old, context)
    if (context.subresource === '' && !equal(next.spec, old.spec)) {
      noteStored(next, copy(old.status?.storedVersions ?? []))
    }
  },
  *validate(object, { subresource }) {
    if (subresource === 'status') yield* statusErrors(object)
    else if (isNew(object)) {
      yield* nameErrors(object)
      yield* definitionErrors(object.spec)
      yield* endErrors(object)
    }
  },
  *validateUpdate(next, old, { subresource }) {
    if (subresource === 'status') return
    yield* definitionErrors(next.spec)
    yield* changeErrors(next, old)
    yield* endErrors(next, old)
  },
}

/** CustomResourceDefinition: a kind of object that is not one of the server's own. */
export const customResourceDefinition = defineKind<DefinitionObject>(
  { ...resources['apiextensions.k8s.io/v1/customresourcedefinitions'], name: 'dnsSubdomain' },
  { rules },
)
