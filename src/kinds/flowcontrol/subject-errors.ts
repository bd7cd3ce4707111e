import { type FieldError, fieldForbidden, notSupported, required } from '#base/field-error'
import { dnsLabelFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { ServiceAccountSubject, Subject } from '../gen/flowcontrol-v1.ts'

/** The field that each kind of subject is told in. */
const fields = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const
const kinds = ['Group', 'ServiceAccount', 'User']
/** The order in which a kind's foreign fields are complained about. */
const foreign = {
  ServiceAccount: ['User', 'Group'],
  User: ['ServiceAccount', 'Group'],
  Group: ['ServiceAccount', 'User'],
} as const

function* accountErrors({ name, namespace }: ServiceAccountSubject, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`)
  else if (name !== '*') yield* eachFault(`${path}.name`, name, subdomainFaults(name))
  if (namespace === '') yield required(`${path}.namespace`, 'must specify namespace for service account')
  else yield* eachFault(`${path}.namespace`, namespace, dnsLabelFaults(namespace))
}

/** Everything wrong with one of those that a rule is about. */
export function* subjectErrors(subject: Subject, path: string): Iterable<FieldError> {
  if (!kinds.includes(subject.kind)) {
    yield notSupported(`${path}.kind`, subject.kind, kinds)
    return
  }
  const kind = subject.kind as keyof typeof fields
  const at = `${path}.${fields[kind]}`
  const told = subject[fields[kind]]
  if (told === undefined) yield required(at, `${fields[kind]} is required when subject kind is '${kind}'`)
  else if ('namespace' in told) yield* accountErrors(told, at)
  else if (told.name === '') yield required(`${at}.name`)
  for (const other of foreign[kind]) {
    const name = fields[other]
    if (subject[name] === undefined) continue
    yield fieldForbidden(`${path}.${name}`, `${name} is forbidden when subject kind is not '${other}'`)
  }
}
