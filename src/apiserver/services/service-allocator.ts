import { ApiError } from '#base/errors'
import { invalid, invalidObject } from '#base/field-error'
import type { Service, ServicePort, ServiceSpec } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import type { Allocator, Reservation } from '../registry/allocator.ts'
import type { AddressOwner, AddressPool } from './address-pool.ts'
import { PoolError } from './pool-error.ts'
import type { PortPool } from './port-pool.ts'

/** Gives services their addresses and ports, and takes back what they no longer need. */
export class ServiceAllocator implements Allocator {
  readonly #addresses: AddressPool
  readonly #ports: PortPool

  constructor(addresses: AddressPool, ports: PortPool) {
    this.#addresses = addresses
    this.#ports = ports
  }

  async reserve(object: KubeObject, old: KubeObject | undefined, isRehearsal: boolean): Promise<Reservation> {
    const service = object as Service
    const taking = new Taking(this.#addresses, this.#ports, service, isRehearsal)
    const before = old as Service | undefined
    try {
      await taking.addresses(addressesOf(before))
      await taking.ports(portsOf(before))
    } catch (error) {
      await taking.undo()
      throw error
    }
    return {
      undo: () => taking.undo(),
      commit: () => (before && !isRehearsal ? this.#release(before, service) : Promise.resolve()),
    }
  }

  release(object: KubeObject): Promise<void> {
    return this.#release(object as Service, undefined)
  }

  /** Gives back what one form of a service has and another has not. */
  async #release(before: Service, after: Service | undefined): Promise<void> {
    const keptAddresses = new Set(addressesOf(after))
    const keptPorts = new Set(portsOf(after))
    for (const ip of addressesOf(before)) {
      if (!keptAddresses.has(ip)) await this.#addresses.giveBack(ip, ownerOf(before))
    }
    await this.#ports.giveBack(portsOf(before).filter((port) => !keptPorts.has(port)))
  }
}

const ownerOf = ({ metadata }: Service): AddressOwner => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
})

/** The addresses that a service holds. */
export const addressesOf = (service: Readonly<Service> | undefined): string[] =>
  (service?.spec?.clusterIPs ?? []).filter((ip) => ip !== 'None' && ip !== '')

/** The ports of nodes that a service holds, its port for health checks included. */
export function portsOf(service: Readonly<Service> | undefined): number[] {
  const { ports = [], healthCheckNodePort = 0 } = service?.spec ?? {}
  const all = [...ports.map(({ nodePort = 0 }) => nodePort), healthCheckNodePort]
  return [...new Set(all.filter((port) => port > 0))]
}

/** What is taken for one write of a service. */
class Taking {
  readonly #pool: AddressPool
  readonly #portPool: PortPool
  readonly #service: Service
  readonly #isRehearsal: boolean
  readonly #takenAddresses: string[] = []
  readonly #takenPorts: number[] = []

  constructor(addresses: AddressPool, ports: PortPool, service: Service, isRehearsal: boolean) {
    this.#pool = addresses
    this.#portPool = ports
    this.#service = service
    this.#isRehearsal = isRehearsal
  }

  get #spec(): ServiceSpec {
    return this.#service.spec ?? {}
  }

  async undo(): Promise<void> {
    if (this.#isRehearsal) return
    for (const ip of this.#takenAddresses.splice(0)) await this.#pool.giveBack(ip, ownerOf(this.#service))
    await this.#portPool.giveBack(this.#takenPorts.splice(0))
  }

  /** One address for each family: the one that is asked for, or any. */
  async addresses(held: readonly string[]): Promise<void> {
    const spec = this.#spec
    if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return
    const asked = spec.clusterIPs ?? []
    const given: string[] = []
    for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
      const ip = asked[i] ?? ''
      if (ip !== '' && held.includes(ip)) given.push(ip)
      else given.push(ip === '' ? await this.#anyAddress(family as 'IPv4') : await this.#address(ip))
    }
    if (given[0] === undefined) return
    spec.clusterIPs = given
    spec.clusterIP = given[0]
  }

  async #anyAddress(family: 'IPv4' | 'IPv6'): Promise<string> {
    const ip = await this.#pool
      .takeAny(family, ownerOf(this.#service), this.#isRehearsal)
      .catch(inside('failed to allocate a serviceIP'))
    this.#takenAddresses.push(ip)
    return ip
  }

  async #address(ip: string): Promise<string> {
    const refuse = (why: string) =>
      this.#invalid('spec.clusterIPs', this.#spec.clusterIPs, `failed to allocate IP ${ip}: ${why}`)
    await this.#pool.take(ip, ownerOf(this.#service), this.#isRehearsal).catch(refusing(refuse))
    this.#takenAddresses.push(ip)
    return ip
  }

  /** A port of the nodes for each port of the service; ports of one number and several protocols share one. */
  async ports(held: readonly number[]): Promise<void> {
    const spec = this.#spec
    const ports = spec.ports ?? []
    const wants = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
    const mustHave = wants && !(spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === false)
    const chosen = new Map<number, number>()
    for (const [i, port] of ports.entries()) {
      if (!wants || (!mustHave && !port.nodePort)) continue
      port.nodePort ||= chosen.get(port.port) ?? requestedFor(port, ports) ?? (await this.#anyPort())
      await this.#port(`spec.ports[${i}].nodePort`, port.nodePort, held)
      if (!chosen.has(port.port)) chosen.set(port.port, port.nodePort)
    }
    await this.#healthCheckPort(held)
  }

  async #healthCheckPort(held: readonly number[]): Promise<void> {
    const spec = this.#spec
    const needs = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
    if (!needs) return
    spec.healthCheckNodePort ||= await this.#anyPort()
    await this.#port('spec.healthCheckNodePort', spec.healthCheckNodePort, held)
  }

  async #anyPort(): Promise<number> {
    const port = await this.#portPool
      .takeAny(this.#isRehearsal)
      .catch(inside('failed to allocate a nodePort'))
    this.#takenPorts.push(port)
    return port
  }

  async #port(path: string, port: number, held: readonly number[]): Promise<void> {
    if (held.includes(port) || this.#takenPorts.includes(port)) return
    await this.#portPool
      .take(port, this.#isRehearsal)
      .catch(refusing((why) => this.#invalid(path, port, why)))
    this.#takenPorts.push(port)
  }

  #invalid(path: string, value: unknown, why: string): ApiError {
    const name = this.#service.metadata.name ?? ''
    return invalidObject('', 'Service', name, [invalid(path, value, why)])
  }
}

/** The port that another protocol of the same service port asks for. */
const requestedFor = ({ port }: ServicePort, ports: readonly ServicePort[]) =>
  ports.find((one) => one.port === port && (one.nodePort ?? 0) > 0)?.nodePort

const refusing = (refuse: (why: string) => ApiError) => (error: unknown) => {
  throw error instanceof PoolError ? refuse(error.message) : error
}

const inside =
  (what: string) =>
  (error: unknown): never => {
    if (!(error instanceof PoolError)) throw error
    throw new ApiError('InternalError', `Internal error occurred: ${what}: ${error.message}`, {
      details: { causes: [{ message: `${what}: ${error.message}` }] },
      cause: error,
    })
  }
