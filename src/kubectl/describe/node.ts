import type { Lease } from '#kinds/gen/coordination-v1'
import type { Node, Pod, Taint } from '#kinds/gen/core-v1'
import { writeEvents } from './events.ts'
import { longTime, sortedEntries, writeAnnotations, writeList, writeMap } from './metadata.ts'
import { writeNodePods } from './node-pods.ts'
import { Page, type Surroundings } from './page.ts'

/** What a node's description shows beside the node. */
export interface NodeSurroundings extends Surroundings {
  /** Undefined: none was found, for the reason in `leaseFault`. */
  readonly lease: Lease | undefined
  readonly leaseFault: string
  /** The pods that have not ended. */
  readonly pods: readonly Pod[]
}

const rolePrefix = 'node-role.kubernetes.io/'
const roleLabel = 'kubernetes.io/role'

/** A node with its conditions, what it has, its pods and events. */
export function describeNode(node: Node, around: NodeSurroundings): string {
  const page = new Page()
  const { metadata, spec = {}, status = {} } = node
  page.line(0, `Name:\t${metadata.name}`)
  page.line(0, `Roles:\t${rolesOf(metadata.labels).join(',') || '<none>'}`)
  writeMap(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`)
  writeList(page, 'Taints', (spec.taints ?? []).map(taintText).sort())
  page.line(0, `Unschedulable:\t${spec.unschedulable === true}`)
  writeLease(page, around)
  writeConditions(page, node)
  if (status.addresses) {
    page.line(0, 'Addresses:')
    for (const { type, address } of status.addresses) page.line(1, `${type}:\t${address}`)
  }
  writeAmounts(page, 'Capacity', status.capacity)
  writeAmounts(page, 'Allocatable', status.allocatable)
  writeSystem(page, node)
  writeNodePods(page, around.pods, status.allocatable ?? status.capacity ?? {}, around.now)
  writeEvents(page, around)
  return page.toString()
}

function rolesOf(labels: Readonly<Record<string, string>> = {}): string[] {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) return [key.slice(rolePrefix.length)]
    return key === roleLabel && value !== '' ? [value] : []
  })
  return [...new Set(roles)].sort((a, b) => (a < b ? -1 : 1))
}

function taintText({ key, value = '', effect }: Taint): string {
  return value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`
}

function writeLease(page: Page, { lease, leaseFault }: NodeSurroundings): void {
  if (!lease) {
    page.line(0, `Lease:\tFailed to get lease: ${leaseFault}`)
    return
  }
  const { holderIdentity, acquireTime, renewTime } = lease.spec ?? {}
  page.line(0, 'Lease:')
  page.line(1, `HolderIdentity:\t${holderIdentity ?? '<unset>'}`)
  page.line(1, `AcquireTime:\t${acquireTime ? longTime(acquireTime) : '<unset>'}`)
  page.line(1, `RenewTime:\t${renewTime ? longTime(renewTime) : '<unset>'}`)
}

function writeConditions(page: Page, { status }: Node): void {
  if (!status?.conditions?.length) return
  page.raw('Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n')
  page.line(1, '----\t------\t-----------------\t------------------\t------\t-------')
  for (const {
    type,
    status: is,
    lastHeartbeatTime,
    lastTransitionTime,
    reason = '',
    message = '',
  } of status.conditions) {
    page.line(
      1,
      `${type} \t${is} \t${longTime(lastHeartbeatTime)} \t${longTime(lastTransitionTime)} \t${reason} \t${message}`,
    )
  }
}

function writeAmounts(page: Page, title: string, amounts: Readonly<Record<string, string>> = {}): void {
  const entries = sortedEntries(amounts)
  if (entries.length === 0) return
  page.line(0, `${title}:`)
  for (const [name, amount] of entries) page.line(1, `${name}:\t${amount}`)
}

function writeSystem(page: Page, { spec = {}, status = {} }: Node): void {
  const { nodeInfo } = status
  const rows: [string, string | undefined][] = [
    ['Machine ID', nodeInfo?.machineID],
    ['System UUID', nodeInfo?.systemUUID],
    ['Boot ID', nodeInfo?.bootID],
    ['Kernel Version', nodeInfo?.kernelVersion],
    ['OS Image', nodeInfo?.osImage],
    ['Operating System', nodeInfo?.operatingSystem],
    ['Architecture', nodeInfo?.architecture],
    ['Container Runtime Version', nodeInfo?.containerRuntimeVersion],
    ['Kubelet Version', nodeInfo?.kubeletVersion],
    ['Kube-Proxy Version', nodeInfo?.kubeProxyVersion],
  ]
  page.line(0, 'System Info:')
  for (const [name, value = ''] of rows) page.line(1, `${name}:\t${value}`)
  if (spec.podCIDR) page.line(0, `PodCIDR:\t${spec.podCIDR}`)
  if (spec.podCIDRs?.length) page.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`)
  if (spec.providerID) page.line(0, `ProviderID:\t${spec.providerID}`)
}
