import { isApiError } from '#base/errors'
import type { Cancel } from '#base/cancel'
import type { Client, ResourceName } from '#client'
import type { Node } from '#kinds/gen/core-v1'
import type { CSINode, CSINodeDriver } from '#kinds/gen/storage-v1'
import { nodes } from '../../node/resources.ts'
import type { RegisteredDriver } from './plugin-registry.ts'

const csiNodes: ResourceName = {
  group: 'storage.k8s.io',
  version: 'v1',
  plural: 'csinodes',
  namespaced: false,
}
const nodeIdAnnotation = 'csi.volume.kubernetes.io/nodeid'

/** A driver as the node's CSINode shows it. */
export const toCsiNodeDriver = ({ driver, node }: RegisteredDriver): CSINodeDriver => ({
  name: driver.name,
  nodeID: node.nodeId,
  topologyKeys: Object.keys(node.topology).sort(),
  ...(node.volumesMax > 0 && { allocatable: { count: node.volumesMax } }),
})

/** Makes the API show which drivers this node has, and how they know it. @throws what the API server answers */
export async function tellDrivers(
  client: Client,
  nodeName: string,
  drivers: readonly RegisteredDriver[],
  signal: Cancel,
): Promise<void> {
  const node = await client.get<Node>(nodes, nodeName, {}, signal)
  const shown = drivers.map(toCsiNodeDriver).sort((a, b) => (a.name < b.name ? -1 : 1))
  await writeCsiNode(client, node, shown, signal)
  await markNode(client, node, drivers, signal)
}

async function writeCsiNode(
  client: Client,
  node: Node,
  drivers: CSINodeDriver[],
  signal: Cancel,
): Promise<void> {
  const { name = '', uid = '' } = node.metadata
  const found = await client.get<CSINode>(csiNodes, name, {}, signal).catch((error: unknown) => {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  })
  if (found !== undefined) {
    if (JSON.stringify(found.spec?.drivers ?? []) === JSON.stringify(drivers)) return
    await client.update<CSINode>(csiNodes, { ...found, spec: { drivers } }, {}, signal)
    return
  }
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }]
  const made = { kind: 'CSINode', apiVersion: 'storage.k8s.io/v1', metadata: { name, ownerReferences } }
  await client.create<CSINode>(csiNodes, { ...made, spec: { drivers } }, {}, signal)
}

/** The node's ids go into an annotation, its places into labels. */
async function markNode(
  client: Client,
  { metadata }: Node,
  drivers: readonly RegisteredDriver[],
  signal: Cancel,
): Promise<void> {
  const ids = Object.fromEntries(drivers.map(({ driver, node }) => [driver.name, node.nodeId]))
  const text = drivers.length === 0 ? null : JSON.stringify(ids)
  const labels: Record<string, string> = Object.assign({}, ...drivers.map(({ node }) => node.topology))
  const hasLabels = Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)
  if (hasLabels && (metadata.annotations?.[nodeIdAnnotation] ?? null) === text) return
  const patch = { metadata: { annotations: { [nodeIdAnnotation]: text }, labels } }
  await client.patch<Node>(nodes, metadata.name ?? '', 'application/merge-patch+json', patch, {}, signal)
}
