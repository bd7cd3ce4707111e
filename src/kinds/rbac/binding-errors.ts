import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { pathSegmentFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { RoleRef, Subject } from '../gen/rbac-v1.ts'

const groupName = 'rbac.authorization.k8s.io'
const subjectKinds = ['ServiceAccount', 'User', 'Group']

function* subjectErrors(subject: Subject, isNamespaced: boolean, path: string): Iterable<FieldError> {
  const { kind, name, namespace = '', apiGroup = '' } = subject
  if (name === '') yield required(`${path}.name`)
  if (kind === 'ServiceAccount') {
    if (name !== '') yield* eachFault(`${path}.name`, name, subdomainFaults(name))
    if (apiGroup !== '') yield notSupported(`${path}.apiGroup`, apiGroup, [''])
    if (!isNamespaced && namespace === '') yield required(`${path}.namespace`)
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== groupName) yield notSupported(`${path}.apiGroup`, apiGroup, [groupName])
  } else yield notSupported(`${path}.kind`, kind, subjectKinds)
}

/** What both kinds of bindings have. */
export interface AnyBinding {
  roleRef: RoleRef
  subjects?: Subject[]
}

/** Everything wrong with a binding; one of a namespace may name roles of two kinds. */
export function* bindingErrors(
  { roleRef, subjects = [] }: AnyBinding,
  isNamespaced: boolean,
): Iterable<FieldError> {
  const { apiGroup = '', kind, name } = roleRef
  if (apiGroup !== groupName) yield notSupported('roleRef.apiGroup', apiGroup, [groupName])
  const roleKinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  if (!roleKinds.includes(kind)) yield notSupported('roleRef.kind', kind, roleKinds)
  if (name === '') yield required('roleRef.name')
  else yield* eachFault('roleRef.name', name, pathSegmentFaults(name))
  for (const [i, subject] of subjects.entries()) {
    yield* subjectErrors(subject, isNamespaced, `subjects[${i}]`)
  }
}

/** A binding stays with its role: whoever may change the subjects must not gain another role's rights by it. */
export function* bindingChangeErrors({ roleRef: next }: AnyBinding, old: AnyBinding): Iterable<FieldError> {
  if (equal(next, old.roleRef)) return
  const shown = { APIGroup: next.apiGroup ?? '', Kind: next.kind, Name: next.name }
  yield invalid('roleRef', shown, 'cannot change roleRef')
}
