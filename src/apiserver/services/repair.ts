import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { parseTime } from '#base/time'
import type { Service } from '#kinds/gen/core-v1'
import type { Resource } from '../registry/resource.ts'
import type { AddressPool } from './address-pool.ts'
import { PoolError } from './pool-error.ts'
import type { PortPool } from './port-pool.ts'
import { addressesOf, portsOf } from './service-allocator.ts'

/** How often addresses and ports are held against the services that have them. */
export const repairEveryMs = 3 * 60_000
/** An address as young as this may belong to a service that is being written. */
const youngMs = 60_000

/** What a repair works on. */
export interface Repaired {
  readonly services: Resource
  readonly addresses: AddressPool
  readonly ports: PortPool
  readonly clock: Clock
  readonly log: Log
}

/**
 * Takes what services have and nobody has noted; gives back what no service has: a server may die between two writes.
 * Ports have no age: one goes back when it is among the orphans, which are what the last repair gave.
 */
export async function repair(
  { services, addresses, ports, clock, log }: Repaired,
  orphans: ReadonlySet<number> = new Set(),
): Promise<Set<number>> {
  const all = [...services.cache.current.prefix(services.directory)].map(
    ([, entry]) => entry.object as Service,
  )
  const held = new Set(all.flatMap((service) => addressesOf(service)))
  const known = new Set<string>()
  for (const { ip, owner, since } of addresses.taken()) {
    known.add(ip)
    const ageMs = clock.now() - (parseTime(since)?.seconds ?? 0) * 1000
    if (held.has(ip) || ageMs < youngMs) continue
    log.warn('Giving back an address that no service has', {
      ip,
      service: `${owner.namespace}/${owner.name}`,
    })
    await addresses.giveBack(ip, owner)
  }
  for (const service of all) {
    const { namespace = '', name = '' } = service.metadata
    for (const ip of addressesOf(service).filter((one) => !known.has(one))) {
      await addresses.take(ip, { namespace, name }, false).catch((error: unknown) => {
        if (!(error instanceof PoolError)) throw error
        log.error('A service has an address that it cannot have', {
          service: `${namespace}/${name}`,
          ip,
          err: error.message,
        })
      })
    }
  }
  return ports.reconcile(new Set(all.flatMap((service) => portsOf(service))), orphans)
}

/** Repairs again and again until the signal fires; the orphans are what the last repair gave. */
export function keepRepairing(what: Repaired, orphans: ReadonlySet<number>, signal: Cancel): void {
  what.clock.after(
    repairEveryMs,
    () => {
      if (signal.aborted) return
      void repair(what, orphans)
        .catch((error: unknown) => {
          what.log.warn('Unable to repair the addresses of services', { err: error })
          return new Set<number>()
        })
        .then((next) => keepRepairing(what, next, signal))
    },
    { unref: true },
  )
}
