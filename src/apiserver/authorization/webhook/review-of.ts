import type { SubjectAccessReviewSpec } from '#kinds/gen/authorization-v1'
import type { FieldRequirement } from '#schema/field-selector'
import type { Requirement } from '#schema/label-selector'
import type { Access } from '../contract.ts'

/** The question after an access, as another server is asked it. */
export function reviewOf(access: Access): SubjectAccessReviewSpec {
  const { name: user, groups, uid = '', extra } = access.user
  return {
    ...(access.isResource
      ? { resourceAttributes: resourceOf(access) }
      : { nonResourceAttributes: { path: access.path, verb: access.verb } }),
    user,
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(extra && { extra: extra as Record<string, string[]> }),
    ...(uid !== '' && { uid }),
  }
}

/** The same question in its version before the last, where groups had another name. */
export function oldReviewOf({ groups, ...spec }: SubjectAccessReviewSpec): object {
  return { ...spec, ...(groups && { group: groups }) }
}

const resourceOf = (access: Access) => ({
  ...(access.namespace !== '' && { namespace: access.namespace }),
  ...(access.verb !== '' && { verb: access.verb }),
  ...(access.group !== '' && { group: access.group }),
  ...(access.version !== '' && { version: access.version }),
  ...(access.resource !== '' && { resource: access.resource }),
  ...(access.subresource !== '' && { subresource: access.subresource }),
  ...(access.name !== '' && { name: access.name }),
  ...(access.fields && { fieldSelector: { requirements: access.fields.map(fieldRequirement) } }),
  ...(access.labels && { labelSelector: { requirements: access.labels.flatMap(labelRequirement) } }),
})

const fieldRequirement = ({ field, operator, value }: FieldRequirement) => ({
  key: field,
  operator: operator === '=' ? 'In' : 'NotIn',
  values: [value],
})

const operators: Readonly<Record<string, string>> = {
  '=': 'In',
  '==': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
}

/** Conditions that the question has no words for are left out: what is asked is then the wider right. */
function labelRequirement({ key, operator, values }: Requirement) {
  const known = operators[operator]
  if (known === undefined) return []
  return [{ key, operator: known, ...(values.length > 0 && { values: [...values] }) }]
}
