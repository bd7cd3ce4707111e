import { type FieldError, invalid, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { pathSegmentFaults, subdomainFaults } from '#schema/name-rules'
import { defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { IPAddress as IpAddressObject, ParentReference } from '../gen/networking-v1.ts'
import { resources } from '../gen/resources.ts'
import { referencePartErrors } from './reference-errors.ts'

const path = 'spec.parentRef'

const parentOf = ({ spec }: IpAddressObject) => spec.parentRef as ParentReference | undefined

function* parentErrors(parent: ParentReference): Iterable<FieldError> {
  const { group = '', resource, namespace = '', name } = parent
  if (group !== '') yield* eachFault(`${path}.group`, group, subdomainFaults(group))
  yield* referencePartErrors(`${path}.resource`, resource)
  yield* referencePartErrors(`${path}.name`, name)
  yield* eachFault(`${path}.namespace`, namespace, namespace === '' ? [] : pathSegmentFaults(namespace))
}

const rules: Rules<IpAddressObject> = {
  *validate(address) {
    const parent = parentOf(address)
    if (parent === undefined) yield required(path)
    else yield* parentErrors(parent)
  },
  *validateUpdate(next, old) {
    const { group = '', resource = '', namespace = '', name = '' } = parentOf(next) ?? {}
    if (equal(parentOf(next), parentOf(old))) return
    const shown = { Group: group, Resource: resource, Namespace: namespace, Name: name }
    yield invalid(path, parentOf(next) && shown, 'field is immutable')
  },
}

function parentText(address: IpAddressObject): string {
  const parent = parentOf(address)
  if (parent === undefined) return '<none>'
  const { group = '', resource, namespace = '', name } = parent
  const kind = `${resource}${group === '' ? '' : `.${group}`}`.toLowerCase()
  return `${kind}${namespace === '' ? '' : `/${namespace}`}/${name}`
}

/** IPAddress: one address that is taken, and by whom. */
export const ipAddress = defineKind<IpAddressObject>(resources['networking.k8s.io/v1/ipaddresses'], {
  cells: { ParentRef: parentText },
  rules,
})
