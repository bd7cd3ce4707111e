import { type FieldError, invalid, required } from '#base/field-error'
import { canonicalCidrFaults, parseCidr } from '#schema/cidr'
import { defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { ServiceCIDR as ServiceCidrObject } from '../gen/networking-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { specStatus } from '../spec-status.ts'

const path = 'spec.cidrs'
const fixed = 'field is immutable'

const rangesOf = ({ spec }: ServiceCidrObject) => spec?.cidrs ?? []

function* rangeErrors(cidrs: readonly string[]): Iterable<FieldError> {
  if (cidrs.length === 0) {
    yield required(path, 'at least one CIDR required')
    return
  }
  if (cidrs.length > 2) {
    yield invalid(path, { CIDRs: cidrs }, 'may only hold up to 2 values')
    return
  }
  for (const [i, cidr] of cidrs.entries()) yield* eachFault(`${path}[${i}]`, cidr, canonicalCidrFaults(cidr))
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.address.family)
  if (cidrs.length === 2 && first !== undefined && first === second) {
    const text = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'
    yield invalid(path, cidrs, text)
  }
}

/** The ranges stay; a second one may come to a single one. */
function* changeErrors(next: readonly string[], old: readonly string[]): Iterable<FieldError> {
  const mayGrow = old.length === 1 && next.length === 2
  if (next.length !== old.length && !mayGrow) {
    yield invalid(path, next, fixed)
    return
  }
  for (const [i, cidr] of old.entries()) {
    if (cidr !== next[i]) yield invalid(`${path}[${i}]`, next[i], fixed)
  }
  if (mayGrow) yield* rangeErrors(next)
}

const rules: Rules<ServiceCidrObject> = {
  ...specStatus<ServiceCidrObject>({
    keptByStatus: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  }),
  *validate(range) {
    if (isNew(range)) yield* rangeErrors(rangesOf(range))
  },
  *validateUpdate(next, old, { subresource }) {
    if (subresource === '') yield* changeErrors(rangesOf(next), rangesOf(old))
  },
}

/** ServiceCIDR: a range that services get their addresses from. */
export const serviceCidr = defineKind<ServiceCidrObject>(resources['networking.k8s.io/v1/servicecidrs'], {
  cells: { CIDRs: (range) => rangesOf(range).join(',') },
  rules,
})
