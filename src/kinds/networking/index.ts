import type { KindDef } from '../define.ts'
import { ingress } from './ingress.ts'
import { ingressClass } from './ingress-class.ts'
import { ipAddress } from './ip-address.ts'
import { networkPolicy } from './network-policy.ts'
import { serviceCidr } from './service-cidr.ts'

/** The kinds of networking.k8s.io. */
export const networkingKinds: readonly KindDef[] = [
  ingressClass,
  ingress,
  ipAddress,
  networkPolicy,
  serviceCidr,
]
