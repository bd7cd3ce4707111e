import { isApiError } from '#base/errors'
import type { IPAddress, ServiceCIDR } from '#kinds/gen/networking-v1'
import { type Cidr, parseCidr } from '#schema/cidr'
import { formatIp, parseIp } from '#schema/ip'
import { hostsOf, ipFromNumber, ipToNumber } from '#schema/ip-number'
import type { KubeObject } from '#schema/object'
import type { Core } from '../call.ts'
import { internalCall } from '../internal-call.ts'
import { ownedByWriter } from '../ownership/own.ts'
import { copyOf, type Resource } from '../registry/resource.ts'
import { createObject } from '../verbs/create.ts'
import { PoolError } from './pool-error.ts'
import { startInBand } from './band.ts'

/** Whose an address is. */
export interface AddressOwner {
  readonly namespace: string
  readonly name: string
}

const group = 'networking.k8s.io'
const labels = {
  family: 'ipaddress.kubernetes.io/ip-family',
  manager: 'ipaddress.kubernetes.io/managed-by',
}
/** Who makes the addresses of services, as their label says. */
export const addressManager = { label: labels.manager, name: 'ipallocator.k8s.io' } as const

type Family = 'IPv4' | 'IPv6'
const familyOf = (ip: string): Family => (parseIp(ip)?.family === 6 ? 'IPv6' : 'IPv4')

/**
 * The addresses of services. One that is taken is an object named after it (KEP-1880), so that servers that share a
 * store cannot both take it, and none is forgotten at a restart.
 */
export class AddressPool {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  get #addresses(): Resource {
    return this.#core.registry.inGroup(group, 'ipaddresses') as Resource
  }

  /** Takes one address for a service. @throws PoolError. */
  async take(ip: string, owner: AddressOwner, isRehearsal: boolean): Promise<void> {
    const address = parseIp(ip)
    const isOurs = this.#ranges(familyOf(ip)).some((cidr) => address && isHost(ipToNumber(address), cidr))
    if (!isOurs) throw new PoolError('the provided network does not match the current range')
    if (isRehearsal ? this.#isTaken(ip) : !(await this.#create(ip, owner))) {
      throw new PoolError('provided IP is already allocated')
    }
  }

  /** Takes any free address of a family. @throws PoolError when there is none. */
  async takeAny(family: Family, owner: AddressOwner, isRehearsal: boolean): Promise<string> {
    for (const cidr of this.#ranges(family)) {
      for (const ip of this.#free(cidr)) {
        if (isRehearsal || (await this.#create(ip, owner))) return ip
      }
    }
    throw new PoolError('range is full')
  }

  /** Gives an address back, if it is still this owner's. */
  async giveBack(ip: string, owner: AddressOwner): Promise<void> {
    try {
      await this.#addresses.change('', ip, ({ object }) => {
        const { parentRef } = (object as IPAddress).spec
        const isTheirs = parentRef?.name === owner.name && parentRef.namespace === owner.namespace
        return isTheirs ? { remove: copyOf(object) } : { keep: true }
      })
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
  }

  /** All addresses that this pool has given to services. */
  taken(): { readonly ip: string; readonly owner: AddressOwner; readonly since: string }[] {
    return [...this.#addresses.cache.current.prefix(this.#addresses.directory)].flatMap(
      ([, { object, labels }]) => {
        const { parentRef } = (object as IPAddress).spec
        if (labels[addressManager.label] !== addressManager.name || !parentRef) return []
        const { namespace = '', name } = parentRef
        const since = object.metadata.creationTimestamp ?? ''
        return [{ ip: object.metadata.name ?? '', owner: { namespace, name }, since }]
      },
    )
  }

  #isTaken(ip: string): boolean {
    return this.#addresses.peek('', ip) !== undefined
  }

  /** The ranges of a family from which addresses may be taken now. */
  #ranges(family: Family): Cidr[] {
    const resource = this.#core.registry.inGroup(group, 'servicecidrs') as Resource
    return [...resource.cache.current.prefix(resource.directory)]
      .map(([, entry]) => entry.object as ServiceCIDR)
      .filter(isReady)
      .flatMap(({ spec }) => spec?.cidrs ?? [])
      .filter((text) => familyOf(text.split('/')[0] as string) === family)
      .map((text) => parseCidr(text) as Cidr)
  }

  /** Free addresses, from a random place of the part that is not meant for addresses chosen by hand. */
  *#free(cidr: Cidr): Iterable<string> {
    const { first, count } = hostsOf(cidr)
    const start = startInBand(count, this.#core.parts.random)
    for (let i = 0n; i < count; i++) {
      const number = first + ((start + i) % count)
      const ip = formatIp(ipFromNumber(number, cidr.address.family))
      if (!this.#isTaken(ip)) yield ip
    }
  }

  /** False when somebody else has it. */
  async #create(ip: string, { namespace, name }: AddressOwner): Promise<boolean> {
    const object = {
      kind: 'IPAddress',
      apiVersion: `${group}/v1`,
      metadata: {
        name: ip,
        labels: { [labels.family]: familyOf(ip), [labels.manager]: addressManager.name },
      },
      spec: { parentRef: { resource: 'services', namespace, name } },
    }
    const call = internalCall(this.#core, this.#addresses, 'POST')
    try {
      await createObject(call, object as unknown as KubeObject, false, ownedByWriter(call, ''))
      return true
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) return false
      throw error
    }
  }
}

function isHost(number: bigint, cidr: Cidr): boolean {
  const { first, count } = hostsOf(cidr)
  return number >= first && number < first + count
}

/** A range is used until it is being deleted or its controller says that it is not ready. */
function isReady({ metadata, status }: ServiceCIDR): boolean {
  if (metadata.deletionTimestamp !== undefined) return false
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'False'
}
