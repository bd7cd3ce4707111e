import type { HandRule } from '#schema/default'
import type { DeviceSubRequest, ExactDeviceRequest } from '../gen/resource-v1.ts'

/** Who counts and does not say how many wants one. */
function request(value: ExactDeviceRequest | DeviceSubRequest): void {
  if (value.allocationMode === 'ExactCount') value.count ||= 1
}

/** Defaults of resource.k8s.io that no table can tell. */
export const resourceDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.resource.v1.DeviceSubRequest': { after: request },
  'io.k8s.api.resource.v1.ExactDeviceRequest': { after: request },
}
