import { type FieldError, notSupported, required } from '#base/field-error'
import { nodeSelectorErrors } from '../core/pod/affinity.ts'
import { driverNameErrors } from '../core/driver-name.ts'
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
} from '../gen/resource-v1.ts'
import { bindingConditionErrors } from './binding-condition-errors.ts'
import { configurationsMax } from './claim-errors.ts'
import { configurationErrors } from './configuration-errors.ts'
import { labelErrors, poolNameErrors } from './device-names.ts'
import { requestListErrors, requestNameErrors, type RequestNames } from './request-names.ts'
import { listErrors } from './sized-lists.ts'
import { tolerationErrors } from './taint-errors.ts'
import { uidErrors } from './uid-errors.ts'

const resultsMax = 32
const sources = ['FromClaim', 'FromClass']

function* resultErrors(
  result: DeviceRequestAllocationResult,
  names: RequestNames,
  path: string,
): Iterable<FieldError> {
  yield* requestNameErrors(result.request, names, `${path}.request`)
  yield* driverNameErrors(result.driver, `${path}.driver`)
  yield* poolNameErrors(result.pool, `${path}.pool`)
  yield* labelErrors(result.device, `${path}.device`)
  yield* bindingConditionErrors(result, path)
  yield* tolerationErrors(result.tolerations, `${path}.tolerations`)
  if (result.shareID !== undefined) yield* uidErrors(result.shareID, `${path}.shareID`)
}

function* configErrors(
  config: DeviceAllocationConfiguration,
  names: RequestNames,
  path: string,
): Iterable<FieldError> {
  const { source, requests } = config
  if (source === '') yield required(`${path}.source`)
  else if (!sources.includes(source)) yield notSupported(`${path}.source`, source, sources)
  yield* requestListErrors(requests, names, `${path}.requests`)
  yield* configurationErrors(config, false, path)
}

/** Everything wrong with the devices that a claim was given. */
export function* allocationErrors(
  { devices = {}, nodeSelector }: AllocationResult,
  names: RequestNames,
  path: string,
): Iterable<FieldError> {
  const at = `${path}.devices`
  yield* listErrors(devices.results ?? [], resultsMax, `${at}.results`, (one, where) =>
    resultErrors(one, names, where),
  )
  // Those of the claim and those of the class.
  yield* listErrors(devices.config ?? [], 2 * configurationsMax, `${at}.config`, (one, where) =>
    configErrors(one, names, where),
  )
  if (nodeSelector) yield* nodeSelectorErrors(nodeSelector, `${path}.nodeSelector`)
}
