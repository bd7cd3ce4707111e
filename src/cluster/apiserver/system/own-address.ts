import type { ProxyHeaders } from '#apiserver'
import type { ServiceRange } from '../service-range.ts'

/** Where this server is reached, and what its service promises. */
export interface OwnAddress {
  /** The address that other members of the cluster are told. */
  readonly address: string
  /** The secure port. */
  readonly port: number
  readonly serviceRange: ServiceRange
  /** The authority that client certificates are checked against, as PEM. */
  readonly clientCa: string | undefined
  /** Proxies that are believed for whom they speak. */
  readonly proxies?: { readonly ca: string; readonly headers: ProxyHeaders }
  /** False in the mode of a release that had none of the objects that came later. */
  readonly isRecent: boolean
}
