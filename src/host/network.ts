import { networkInterfaces } from 'node:os'

/** The address by which other machines reach this one: the first that is not loopback or link-local, IPv4 before IPv6. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const usable = all.filter(({ internal, address }) => !internal && !/^(169\.254\.|fe80:)/i.test(address))
  const best = usable.find(({ family }) => family === 'IPv4') ?? usable[0]
  return best?.address ?? '127.0.0.1'
}
