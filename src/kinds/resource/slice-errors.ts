import { type FieldError, invalid, required } from '#base/field-error'
import { subdomainFaults } from '#schema/name-rules'
import { driverNameErrors } from '../core/driver-name.ts'
import { nodeSelectorErrors } from '../core/pod/affinity.ts'
import { eachFault } from '../each-fault.ts'
import type { CounterSet, Device, ResourcePool, ResourceSliceSpec } from '../gen/resource-v1.ts'
import { internalForm } from '../internal-form.ts'
import { counterErrors, deviceErrors } from './device-errors.ts'
import { labelErrors, poolNameErrors } from './device-names.ts'
import { setErrors } from './sized-lists.ts'

const devicesMax = 128
const detailedDevicesMax = 64
const counterSetsMax = 8

function* poolErrors({ name, resourceSliceCount: count, generation }: ResourcePool): Iterable<FieldError> {
  const path = 'spec.pool'
  yield* poolNameErrors(name, `${path}.name`)
  if (count <= 0) yield invalid(`${path}.resourceSliceCount`, count, 'must be greater than zero')
  if (generation < 0) {
    yield invalid(`${path}.generation`, generation, 'must be greater than or equal to zero')
  }
}

function* selectorErrors({ nodeSelector }: ResourceSliceSpec): Iterable<FieldError> {
  if (!nodeSelector) return
  const path = 'spec.nodeSelector'
  yield* nodeSelectorErrors(nodeSelector, path)
  const terms = nodeSelector.nodeSelectorTerms ?? []
  if (terms.length === 1) return
  const { NodeSelectorTerms: shown } = internalForm('io.k8s.api.core.v1.NodeSelector', nodeSelector)
  yield invalid(`${path}.nodeSelectorTerms`, shown, 'must have exactly one node selector term')
}

const ways = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection'] as const
const oneWay = `exactly one of ${ways.map((name) => `\`${name}\``).join(', ')} is required`

function* nodeErrors(spec: ResourceSliceSpec): Iterable<FieldError> {
  const { nodeName } = spec
  if (nodeName === '') {
    yield invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string')
  } else if (nodeName !== undefined) yield* eachFault('spec.nodeName', nodeName, subdomainFaults(nodeName))
  yield* selectorErrors(spec)
  for (const name of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (spec[name] === false) yield invalid(`spec.${name}`, false, 'must be either unset or set to true')
  }
  const has = ways.filter((name) => Boolean(spec[name])).map((name) => `\`${name}\``)
  if (has.length === 0) yield required('spec', oneWay)
  if (has.length > 1) {
    yield invalid('spec', `{${has.join(', ')}}`, `${oneWay}, but multiple fields are set`)
  }
}

function* counterSetErrors({ name, counters }: CounterSet, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`)
  else yield* labelErrors(name, `${path}.name`)
  yield* counterErrors(counters, `${path}.counters`)
}

const isDetailed = ({ taints = [], consumesCounters = [] }: Device) =>
  taints.length > 0 || consumesCounters.length > 0
const nameOf = ({ name }: { name: string }) => name

function* changeErrors(next: ResourceSliceSpec, old: ResourceSliceSpec): Iterable<FieldError> {
  const parts = [
    ['pool.name', next.pool.name, old.pool.name],
    ['driver', next.driver, old.driver],
    ['nodeName', next.nodeName, old.nodeName],
  ] as const
  for (const [name, after, before] of parts) {
    if (after !== before) yield invalid(`spec.${name}`, after, 'field is immutable')
  }
}

/** Everything wrong with a slice, and with its change when there is an older one. */
export function* sliceErrors(
  spec: ResourceSliceSpec,
  old: ResourceSliceSpec | undefined,
): Iterable<FieldError> {
  const { devices, sharedCounters, perDeviceNodeSelection = false } = spec
  yield* driverNameErrors(spec.driver, 'spec.driver')
  yield* poolErrors(spec.pool)
  if (old) yield* changeErrors(spec, old)
  yield* nodeErrors(spec)
  if (sharedCounters && devices) {
    yield invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed')
  }
  const before = new Map((old?.devices ?? []).map((device) => [device.name, device]))
  const countMax = (devices ?? []).some(isDetailed) ? detailedDevicesMax : devicesMax
  const check = (device: Device, at: string) =>
    deviceErrors(device, before.get(device.name), perDeviceNodeSelection, at)
  yield* setErrors(devices ?? [], countMax, 'spec.devices', check, nameOf)
  yield* setErrors(sharedCounters ?? [], counterSetsMax, 'spec.sharedCounters', counterSetErrors, nameOf)
}
