import { type FieldError, invalid, required, tooLong } from '#base/field-error'
import { equal } from '#schema/equal'
import { byteLength, subdomainFaults } from '#schema/name-rules'
import { nodeSelectorErrors } from '../core/pod/affinity.ts'
import { eachFault } from '../each-fault.ts'
import type { Counter, Device, DeviceAttribute, DeviceCounterConsumption } from '../gen/resource-v1.ts'
import { bindingConditionErrors } from './binding-condition-errors.ts'
import { capacityErrors } from './capacity-errors.ts'
import { attributeNameErrors, labelErrors } from './device-names.ts'
import { listErrors, mapErrors, setErrors } from './sized-lists.ts'
import { taintErrors } from './taint-errors.ts'

const detailsMax = 32
const taintsMax = 16
const consumptionsMax = 2
const countersMax = 32
const valueBytesMax = 64
/** A domain, a slash and a name. */
const attributeKeys = { keyLengthMax: 63 + 1 + 32 }
const kinds = ['int', 'bool', 'string', 'version'] as const

const versionForm =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

/** How upstream's own form calls the values. */
const shownNames = { int: 'IntValue', bool: 'BoolValue', string: 'StringValue', version: 'VersionValue' }
const unsetLists = { IntValues: null, BoolValues: null, StringValues: null, VersionValues: null }

function* attributeErrors(attribute: DeviceAttribute, path: string): Iterable<FieldError> {
  const { string = '', version } = attribute
  if (byteLength(string) > valueBytesMax) yield tooLong(`${path}.string`, valueBytesMax)
  if (version !== undefined) {
    if (!versionForm.test(version)) {
      yield invalid(`${path}.version`, version, 'must be a string compatible with semver.org spec 2.0.0')
    }
    if (byteLength(version) > valueBytesMax) yield tooLong(`${path}.version`, valueBytesMax)
  }
  const count = kinds.filter((kind) => attribute[kind] !== undefined).length
  if (count === 1) return
  const values = Object.fromEntries(kinds.map((kind) => [shownNames[kind], attribute[kind] ?? null]))
  yield invalid(path, count === 0 ? '' : { ...values, ...unsetLists }, 'exactly one value must be specified')
}

/** Faults of counters, which are known by name. */
export function* counterErrors(
  counters: Readonly<Record<string, Counter>> | undefined,
  path: string,
): Iterable<FieldError> {
  const limits = { countMax: countersMax, keyLengthMax: 63 }
  if (Object.keys(counters ?? {}).length === 0) yield required(path)
  else yield* mapErrors(counters ?? {}, limits, path, labelErrors, () => [])
}

function* consumptionErrors(
  { counterSet, counters }: DeviceCounterConsumption,
  path: string,
): Iterable<FieldError> {
  if (counterSet === '') yield required(`${path}.counterSet`)
  else yield* labelErrors(counterSet, `${path}.counterSet`)
  yield* counterErrors(counters, `${path}.counters`)
}

const oneOfNodes =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'

function* ownNodeErrors(device: Device, path: string): Iterable<FieldError> {
  const { nodeName, nodeSelector, allNodes } = device
  const has: string[] = []
  if (nodeName === '') yield invalid(`${path}.nodeName`, '', 'must not be empty')
  else if (nodeName !== undefined) {
    has.push('`nodeName`')
    yield* eachFault(`${path}.nodeName`, nodeName, subdomainFaults(nodeName))
  }
  if (nodeSelector) {
    has.push('`nodeSelector`')
    yield* nodeSelectorErrors(nodeSelector, `${path}.nodeSelector`)
  }
  if (allNodes) has.push('`allNodes`')
  else if (allNodes === false) {
    yield invalid(`${path}.allNodes`, false, 'must be either unset or set to true')
  }
  if (has.length === 0) yield required(path, oneOfNodes)
  else if (has.length > 1) yield invalid(path, `{${has.join(', ')}}`, oneOfNodes)
}

function* nodeErrors(device: Device, hasOwnNodes: boolean, path: string): Iterable<FieldError> {
  if (hasOwnNodes) {
    yield* ownNodeErrors(device, path)
    return
  }
  const { nodeName, nodeSelector, allNodes } = device
  if (nodeName === undefined && nodeSelector === undefined && allNodes === undefined) return
  const text =
    '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
  yield invalid(path, null, text)
}

/** Everything wrong with a device; `old` is the one of its name that was there before. */
export function* deviceErrors(
  device: Device,
  old: Device | undefined,
  hasOwnNodes: boolean,
  path: string,
): Iterable<FieldError> {
  const { attributes = {}, capacity = {}, taints = [], consumesCounters = [] } = device
  yield* labelErrors(device.name, `${path}.name`)
  const details = Object.keys(attributes).length + Object.keys(capacity).length
  if (details > detailsMax) {
    const text = `the total number of attributes and capacities must not exceed ${detailsMax}`
    yield invalid(path, details, text)
  }
  yield* mapErrors(attributes, attributeKeys, `${path}.attributes`, attributeNameErrors, attributeErrors)
  if (!old || !equal(capacity, old.capacity ?? {})) {
    const isShared = device.allowMultipleAllocations ?? false
    yield* mapErrors(capacity, attributeKeys, `${path}.capacity`, attributeNameErrors, (one, at) =>
      capacityErrors(one, isShared, at),
    )
  }
  if (!old || !equal(taints, old.taints ?? [])) {
    yield* listErrors(taints, taintsMax, `${path}.taints`, taintErrors)
  }
  yield* setErrors(
    consumesCounters,
    consumptionsMax,
    `${path}.consumesCounters`,
    consumptionErrors,
    ({ counterSet }) => counterSet,
  )
  yield* nodeErrors(device, hasOwnNodes, path)
  yield* bindingConditionErrors(device, path)
}
