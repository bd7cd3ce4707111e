import type { KindDef } from '../define.ts'
import { deviceClass } from './device-class.ts'
import { resourceClaim } from './resource-claim.ts'
import { resourceClaimTemplate } from './resource-claim-template.ts'
import { resourceSlice } from './resource-slice.ts'

/** The kinds of resource.k8s.io. */
export const resourceKinds: readonly KindDef[] = [
  deviceClass,
  resourceClaim,
  resourceClaimTemplate,
  resourceSlice,
]
