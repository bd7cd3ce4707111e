import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type {
  DeviceClaimConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from '../gen/resource-v1.ts'
import { configurationErrors } from './configuration-errors.ts'
import { fullAttributeNameErrors, labelErrors } from './device-names.ts'
import { requestListErrors, type RequestNames, requestNamesOf, requestsMax } from './request-names.ts'
import { deviceSelectorErrors } from './selector-errors.ts'
import { listErrors, setErrors } from './sized-lists.ts'
import { tolerationErrors } from './taint-errors.ts'

const alternativesMax = 8
const constraintsMax = 32
/** How many configurations a claim or a class may have. */
export const configurationsMax = 32
const modes = ['All', 'ExactCount']

function* countErrors(
  { allocationMode = '', count = 0 }: ExactDeviceRequest,
  path: string,
): Iterable<FieldError> {
  if (allocationMode === 'All') {
    if (count === 0) return
    yield invalid(`${path}.count`, count, "must not be specified when allocationMode is 'All'")
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) yield invalid(`${path}.count`, count, 'must be greater than zero')
  } else yield notSupported(`${path}.allocationMode`, allocationMode, modes)
}

function* wantedErrors(request: ExactDeviceRequest, path: string): Iterable<FieldError> {
  const { deviceClassName: name, selectors, tolerations } = request
  if (name === '') yield required(`${path}.deviceClassName`)
  else yield* eachFault(`${path}.deviceClassName`, name, subdomainFaults(name))
  yield* deviceSelectorErrors(selectors, `${path}.selectors`)
  yield* countErrors(request, path)
  yield* tolerationErrors(tolerations, `${path}.tolerations`)
}

function* alternativeErrors(request: DeviceSubRequest, path: string): Iterable<FieldError> {
  yield* labelErrors(request.name, `${path}.name`)
  yield* wantedErrors(request, path)
}

const nameOf = ({ name }: { name: string }) => name

function* requestErrors(request: DeviceRequest, path: string): Iterable<FieldError> {
  const { name, exactly, firstAvailable = [] } = request
  yield* labelErrors(name, `${path}.name`)
  const oneOf = 'exactly one of `exactly` or `firstAvailable` is required'
  if (exactly && firstAvailable.length > 0) {
    yield invalid(path, null, `${oneOf}, but multiple fields are set`)
  } else if (exactly) yield* wantedErrors(exactly, `${path}.exactly`)
  else if (firstAvailable.length === 0) yield required(path, oneOf)
  else {
    yield* setErrors(firstAvailable, alternativesMax, `${path}.firstAvailable`, alternativeErrors, nameOf)
  }
}

function* constraintErrors(
  { requests, matchAttribute: same, distinctAttribute: distinct }: DeviceConstraint,
  names: RequestNames,
  path: string,
): Iterable<FieldError> {
  yield* requestListErrors(requests, names, `${path}.requests`)
  if (same !== undefined) yield* fullAttributeNameErrors(same, `${path}.matchAttribute`)
  else if (distinct !== undefined) yield* fullAttributeNameErrors(distinct, `${path}.distinctAttribute`)
  else {
    // The words are upstream's, which says so when none is set, too.
    const text =
      'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
    yield required(path, text)
  }
}

function* configErrors(
  config: DeviceClaimConfiguration,
  names: RequestNames,
  path: string,
): Iterable<FieldError> {
  yield* requestListErrors(config.requests, names, `${path}.requests`)
  yield* configurationErrors(config, false, path)
}

/** Everything wrong with the devices that a claim asks for. */
export function* claimErrors({ devices = {} }: ResourceClaimSpec, path: string): Iterable<FieldError> {
  const names = requestNamesOf(devices)
  const at = `${path}.devices`
  yield* setErrors(devices.requests ?? [], requestsMax, `${at}.requests`, requestErrors, nameOf)
  yield* listErrors(devices.constraints ?? [], constraintsMax, `${at}.constraints`, (one, where) =>
    constraintErrors(one, names, where),
  )
  yield* listErrors(devices.config ?? [], configurationsMax, `${at}.config`, (one, where) =>
    configErrors(one, names, where),
  )
}
