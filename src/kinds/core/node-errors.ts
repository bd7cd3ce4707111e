import { duplicate, type FieldError, fieldForbidden, invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import { cidrFaults } from '#schema/ip'
import { labelValueFaults, qualifiedNameFaults } from '#schema/name-rules'
import type { Node, Taint } from '../gen/core-v1.ts'
import { amountErrors } from './resource-names.ts'
import { effectErrors } from './taint-effect.ts'

function* taintErrors(taints: readonly Taint[]): Iterable<FieldError> {
  const seen = new Set<string>()
  for (const [i, taint] of taints.entries()) {
    // The path is upstream's, which looks for taints among the metadata.
    const path = `metadata.taints[${i}]`
    const { key, value = '', effect } = taint
    for (const fault of qualifiedNameFaults(key)) yield invalid(`${path}.key`, key, fault)
    const valueFaults = labelValueFaults(value)
    if (valueFaults.length > 0) yield invalid(`${path}.value`, value, valueFaults.join(';'))
    yield* effectErrors(effect, `${path}.effect`)
    if (seen.has(`${effect}/${key}`)) {
      const error = duplicate(path, taint)
      yield { ...error, body: `${error.body}: taints must be unique by key and effect pair` }
    }
    seen.add(`${effect}/${key}`)
  }
}

function* amountsErrors({ status }: Node): Iterable<FieldError> {
  for (const which of ['capacity', 'allocatable'] as const) {
    for (const [name, amount] of Object.entries(status?.[which] ?? {})) {
      yield* amountErrors(name, amount, `status.${which}.${name}`)
    }
  }
}

function* rangeErrors(ranges: readonly string[]): Iterable<FieldError> {
  const path = 'spec.podCIDRs'
  for (const [i, range] of ranges.entries()) {
    for (const fault of cidrFaults(range)) yield invalid(`${path}[${i}]`, range, fault)
  }
  if (ranges.length < 2) return
  const families = new Set(ranges.map((range) => range.includes(':')))
  if (families.size < 2 || ranges.length > 2) {
    yield invalid(path, ranges, 'may specify no more than one CIDR for each IP family')
  }
  for (const [i, range] of ranges.entries()) {
    if (ranges.indexOf(range) < i) yield duplicate(`${path}[${i}]`, range)
  }
}

/** Everything wrong with a node. */
export function* nodeErrors(node: Node): Iterable<FieldError> {
  yield* taintErrors(node.spec?.taints ?? [])
  yield* amountsErrors(node)
  yield* rangeErrors(rangesOf(node))
}

const rangesOf = ({ spec }: Node) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : [])

/** Everything wrong with a change to a node. */
export function* nodeChangeErrors(next: Node, old: Node): Iterable<FieldError> {
  const addresses = next.status?.addresses ?? []
  for (const [i, address] of addresses.entries()) {
    const first = addresses.findIndex((one) => equal(one, address))
    if (first < i) yield duplicate(`status.addresses[${i}]`, address)
  }
  const ranges = rangesOf(old)
  if (ranges.length > 0 && !equal(rangesOf(next), ranges)) {
    yield fieldForbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')
  }
  const id = old.spec?.providerID ?? ''
  if (id !== '' && id !== (next.spec?.providerID ?? '')) {
    yield fieldForbidden('spec.providerID', 'node updates may not change providerID except from "" to valid')
  }
  if ((next.spec?.externalID ?? '') !== (old.spec?.externalID ?? '')) {
    yield fieldForbidden('spec.externalID', 'may not be updated')
  }
}
