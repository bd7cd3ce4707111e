import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { isApiError } from '#base/errors'
import { microTimeOf } from '#base/time'
import type { Client } from '#client'
import type { Lease } from '#kinds/gen/coordination-v1'
import type { Node } from '#kinds/gen/core-v1'
import { leases } from './resources.ts'

const namespace = 'kube-node-lease'
/** After this long without a renewal the node counts as gone. */
export const leaseSecondsDefault = 40

/** Keeps the node's lease. What was written last is remembered, so that a renewal is one request. */
export class LeaseKeeper {
  readonly #client: Client
  readonly #clock: Clock
  readonly #seconds: number
  #held: Lease | undefined

  constructor(client: Client, clock: Clock, seconds: number = leaseSecondsDefault) {
    this.#client = client
    this.#clock = clock
    this.#seconds = seconds
  }

  /** Renews the lease, or makes it. @throws whatever the client throws. */
  async renew(node: Node, signal: Cancel): Promise<void> {
    const held = this.#held
    this.#held = undefined
    this.#held = (held && (await this.#update(held, node, signal))) ?? (await this.#find(node, signal))
  }

  /** Undefined when somebody else wrote it or took it away: then it is to be looked for. */
  async #update(lease: Lease, node: Node, signal: Cancel): Promise<Lease | undefined> {
    try {
      const next = renewed(lease, node, this.#clock.now(), this.#seconds)
      return await this.#client.update<Lease>(leases, next, { namespace }, signal)
    } catch (error) {
      if (isApiError(error, 'Conflict') || isApiError(error, 'NotFound')) return undefined
      throw error
    }
  }

  async #find(node: Node, signal: Cancel): Promise<Lease> {
    const name = node.metadata.name as string
    try {
      const found = await this.#client.get<Lease>(leases, name, { namespace }, signal)
      const next = renewed(found, node, this.#clock.now(), this.#seconds)
      return await this.#client.update<Lease>(leases, next, { namespace }, signal)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
      const blank: Lease = {
        kind: 'Lease',
        apiVersion: 'coordination.k8s.io/v1',
        metadata: { name, namespace },
      }
      const next = renewed(blank, node, this.#clock.now(), this.#seconds)
      return await this.#client.create<Lease>(leases, next, { namespace }, signal)
    }
  }
}

/** The lease held by the node from now on; it goes when the node goes. */
export function renewed(lease: Lease, node: Node, now: number, seconds = leaseSecondsDefault): Lease {
  const name = node.metadata.name as string
  return {
    ...lease,
    metadata: {
      ...lease.metadata,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid as string }],
    },
    spec: {
      ...lease.spec,
      holderIdentity: name,
      leaseDurationSeconds: seconds,
      renewTime: microTimeOf(now),
    },
  }
}
