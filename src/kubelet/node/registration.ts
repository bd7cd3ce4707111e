import { type Cancel } from '#base/cancel'
import { isApiError } from '#base/errors'
import type { Client } from '#client'
import type { Node, NodeStatus, Taint } from '#kinds/gen/core-v1'
import { isOwnLabel } from './node-labels.ts'
import { nodes } from './resources.ts'

/** What a node registers itself as. */
export interface Identity {
  readonly name: string
  readonly hostname: string
  readonly architecture: string
  readonly operatingSystem: string
  /** From --node-labels. */
  readonly labels: Readonly<Record<string, string>>
  /** From --register-with-taints. */
  readonly taints: readonly Taint[]
  readonly compat: 'v1.3' | undefined
  /** What the node is known by until its cloud says more; no cloud without it. */
  readonly cloudAddress?: string
  /** What the node's cloud knows it by. */
  readonly providerId?: string
}

/** Keeps pods away from a node of which its cloud has not told yet. */
const uninitialized: Taint = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule',
}
const providedAddress = 'alpha.kubernetes.io/provided-node-ip'
const attachDetach = 'volumes.kubernetes.io/controller-managed-attach-detach'

/** The node as it is first created. */
export function toNode(identity: Identity, status: NodeStatus): Node {
  const { cloudAddress } = identity
  const taints = [...identity.taints, ...(cloudAddress === undefined ? [] : [uninitialized])]
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: identity.name,
      labels: { ...ownLabels(identity), ...identity.labels },
      annotations: {
        [attachDetach]: 'true',
        ...(cloudAddress !== undefined && { [providedAddress]: cloudAddress }),
      },
    },
    spec: {
      ...(taints.length > 0 && { taints }),
      ...(identity.providerId !== undefined && { providerID: identity.providerId }),
      ...(identity.compat === 'v1.3' && { externalID: identity.name }),
    },
    status,
  }
}

function ownLabels({ hostname, architecture, operatingSystem }: Identity): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': operatingSystem,
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': hostname,
    'kubernetes.io/os': operatingSystem,
  }
}

/** Creates the node, or adopts the one of that name: its labels and annotation are made right, the rest is left alone. */
export async function register(
  client: Client,
  identity: Identity,
  status: NodeStatus,
  signal: Cancel,
): Promise<Node> {
  const wanted = toNode(identity, status)
  try {
    return await client.create<Node>(nodes, wanted, {}, signal)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
  const found = await client.get<Node>(nodes, identity.name, {}, signal)
  const adopted = adopt(found, wanted)
  return adopted === found ? found : client.update<Node>(nodes, adopted, {}, signal)
}

/** The found node with the wanted annotations and those labels that are the node's own; the found one itself when it has them. */
export function adopt(found: Node, wanted: Node): Node {
  // What --node-labels says is for a node's first registration; after that its labels are the cluster's.
  const own = Object.entries(wanted.metadata.labels ?? {}).filter(([name]) => isOwnLabel(name))
  const labels = { ...found.metadata.labels, ...Object.fromEntries(own) }
  const annotations = { ...found.metadata.annotations, ...wanted.metadata.annotations }
  const isRight =
    sameEntries(labels, found.metadata.labels) && sameEntries(annotations, found.metadata.annotations)
  return isRight ? found : { ...found, metadata: { ...found.metadata, labels, annotations } }
}

function sameEntries(a: Record<string, string>, b: Record<string, string> = {}): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
