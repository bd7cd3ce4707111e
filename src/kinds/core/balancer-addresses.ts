import { compareBytes } from '#base/byte-order'

/** Where load balancers can be reached: the address or name of each, sorted, each once. */
export function balancerAddresses(ingress: readonly { ip?: string; hostname?: string }[] = []): string[] {
  const addresses = new Set(ingress.map(({ ip, hostname }) => ip || hostname || ''))
  addresses.delete('')
  return [...addresses].sort(compareBytes)
}
