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
const durationSeconds = 40

/** Renews the node's lease, or makes it. */
export async function renewLease(client: Client, node: Node, clock: Clock, signal: Cancel): Promise<void> {
  const name = node.metadata.name as string
  try {
    const found = await client.get<Lease>(leases, name, { namespace }, signal)
    await client.update<Lease>(leases, renewed(found, node, clock.now()), { namespace }, signal)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    const blank: Lease = {
      kind: 'Lease',
      apiVersion: 'coordination.k8s.io/v1',
      metadata: { name, namespace },
    }
    await client.create<Lease>(leases, renewed(blank, node, clock.now()), { namespace }, signal)
  }
}

/** The lease held by the node from now on; it goes when the node goes. */
export function renewed(lease: Lease, node: Node, now: number): Lease {
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
      leaseDurationSeconds: durationSeconds,
      renewTime: microTimeOf(now),
    },
  }
}
