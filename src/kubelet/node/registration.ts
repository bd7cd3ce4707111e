import { type Cancel } from '#base/cancel'
import { isApiError } from '#base/errors'
import type { Client } from '#client'
import type { Node, NodeStatus, Taint } from '#kinds/gen/core-v1'
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
}

const attachDetach = 'volumes.kubernetes.io/controller-managed-attach-detach'

/** The node as it is first created. */
export function toNode(identity: Identity, status: NodeStatus): Node {
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: identity.name,
      labels: { ...ownLabels(identity), ...identity.labels },
      annotations: { [attachDetach]: 'true' },
    },
    spec: {
      ...(identity.taints.length > 0 && { taints: [...identity.taints] }),
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

/** The found node with the wanted labels and annotations; the found one itself when it has them. */
export function adopt(found: Node, wanted: Node): Node {
  const labels = { ...found.metadata.labels, ...wanted.metadata.labels }
  const annotations = { ...found.metadata.annotations, ...wanted.metadata.annotations }
  const isRight =
    sameEntries(labels, found.metadata.labels) && sameEntries(annotations, found.metadata.annotations)
  return isRight ? found : { ...found, metadata: { ...found.metadata, labels, annotations } }
}

function sameEntries(a: Record<string, string>, b: Record<string, string> = {}): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
