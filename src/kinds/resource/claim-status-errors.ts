import { type FieldError, fieldForbidden, invalid, required, tooLong, tooMany } from '#base/field-error'
import { equal } from '#schema/equal'
import { byteLength } from '#schema/name-rules'
import { interfaceAddressFaults } from '#schema/cidr'
import { conditionErrors } from '../condition-errors.ts'
import { driverNameErrors } from '../core/driver-name.ts'
import { eachFault } from '../each-fault.ts'
import type {
  AllocatedDeviceStatus,
  NetworkDeviceData,
  ResourceClaim,
  ResourceClaimConsumerReference,
  ResourceClaimStatus,
} from '../gen/resource-v1.ts'
import { internalForm } from '../internal-form.ts'
import { allocationErrors } from './allocation-errors.ts'
import { rawErrors } from './configuration-errors.ts'
import { labelErrors, poolNameErrors } from './device-names.ts'
import { requestNamesOf } from './request-names.ts'
import { setErrors } from './sized-lists.ts'
import { uidErrors } from './uid-errors.ts'

const consumersMax = 256
const conditionsMax = 8
const addressesMax = 16
const interfaceBytesMax = 256
const hardwareBytesMax = 128

interface DeviceName {
  driver: string
  pool: string
  device: string
  shareID?: string
}

/** A device, or one's share of it. */
const idOf = ({ driver, pool, device, shareID = '' }: DeviceName) =>
  JSON.stringify([driver, pool, device, shareID])

function* consumerErrors(
  { resource, name, uid }: ResourceClaimConsumerReference,
  path: string,
): Iterable<FieldError> {
  for (const [field, value] of Object.entries({ resource, name, uid })) {
    if (value === '') yield required(`${path}.${field}`)
  }
}

function* networkErrors(data: NetworkDeviceData, path: string): Iterable<FieldError> {
  const { interfaceName = '', hardwareAddress = '', ips = [] } = data
  if (byteLength(interfaceName) > interfaceBytesMax) yield tooLong(`${path}.interfaceName`, interfaceBytesMax)
  if (byteLength(hardwareAddress) > hardwareBytesMax) {
    yield tooLong(`${path}.hardwareAddress`, hardwareBytesMax)
  }
  const check = (ip: string, at: string) => eachFault(at, ip, interfaceAddressFaults(ip))
  yield* setErrors(ips, addressesMax, `${path}.ips`, check, (ip) => ip)
}

function* deviceErrors(
  device: AllocatedDeviceStatus,
  allocated: ReadonlySet<string>,
  path: string,
): Iterable<FieldError> {
  yield* driverNameErrors(device.driver, `${path}.driver`)
  yield* poolNameErrors(device.pool, `${path}.pool`)
  yield* labelErrors(device.device, `${path}.device`)
  if (device.shareID !== undefined) yield* uidErrors(device.shareID, `${path}.shareID`)
  if (!allocated.has(idOf(device))) {
    // Upstream's form of these names shows nothing.
    const shown = { Driver: {}, Pool: {}, Device: {}, ShareID: {} }
    yield invalid(path, shown, 'must be an allocated device in the claim')
  }
  const conditions = device.conditions ?? []
  if (conditions.length > conditionsMax) {
    yield tooMany(`${path}.conditions`, conditions.length, conditionsMax)
  }
  yield* conditionErrors(conditions, `${path}.conditions`)
  if (device.data !== undefined) yield* rawErrors(device.data, false, `${path}.data`)
  if (device.networkData) yield* networkErrors(device.networkData, `${path}.networkData`)
}

function* reservationErrors(
  { allocation, reservedFor = [] }: ResourceClaimStatus,
  old: ResourceClaimStatus,
  isDeleted: boolean,
): Iterable<FieldError> {
  const path = 'status.reservedFor'
  if (reservedFor.length === 0) return
  if (!allocation) {
    yield fieldForbidden(path, 'may not be specified when `allocated` is not set')
    return
  }
  const isKnown = (one: ResourceClaimConsumerReference) =>
    (old.reservedFor ?? []).some((before) => equal(one, before))
  if (!isDeleted || reservedFor.every(isKnown)) return
  const text = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set'
  yield fieldForbidden(path, text)
}

/** Everything wrong with a change of what a claim was given and who uses it. */
export function* claimStatusErrors(next: ResourceClaim, old: ResourceClaim): Iterable<FieldError> {
  const { status = {}, spec, metadata } = next
  const { allocation, reservedFor = [], devices = [] } = status
  yield* setErrors(reservedFor, consumersMax, 'status.reservedFor', consumerErrors, ({ uid }) => uid)
  const allocated = new Set((allocation?.devices?.results ?? []).map(idOf))
  const check = (device: AllocatedDeviceStatus, at: string) => deviceErrors(device, allocated, at)
  yield* setErrors(devices, Infinity, 'status.devices', check, idOf)
  yield* reservationErrors(status, old.status ?? {}, metadata.deletionTimestamp !== undefined)
  if (!allocation) return
  const path = 'status.allocation'
  const before = old.status?.allocation
  if (!before) yield* allocationErrors(allocation, requestNamesOf(spec.devices ?? {}), path)
  else if (!equal(allocation, before)) {
    const shown = internalForm('io.k8s.api.resource.v1.AllocationResult', allocation)
    yield invalid(path, shown, 'field is immutable')
  }
}
