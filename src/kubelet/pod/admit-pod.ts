import { parseQuantity, quantityMilliValue, quantityValue } from '#base/quantity'
import { timeOf } from '#base/time'
import { containerTotals } from '#kinds/core/pod/resource-totals'
import type { Pod } from '#kinds/gen/core-v1'
import type { Allocatable } from '../contract.ts'
import { isSidecar } from './restart-policy.ts'

/** Why a node does not take a pod, in upstream's words. */
export interface Rejection {
  readonly reason: string
  readonly message: string
}

const resources = ['cpu', 'memory'] as const
type Resource = (typeof resources)[number]

/** Why a pod cannot run beside those that do; undefined when it can. Whoever binds a pod by hand may bind too much. */
export function rejectionOf(
  pod: Pod,
  others: readonly Pod[],
  allocatable: Allocatable | undefined,
): Rejection | undefined {
  return (allocatable && shortage(pod, others, allocatable)) ?? portConflict(pod, others)
}

/** A pod that the node does not take: it has failed before it began. */
export const rejectedPod = (pod: Pod, { reason, message }: Rejection, now: number): Pod => ({
  ...pod,
  status: {
    ...pod.status,
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime: timeOf(now),
  },
})

function shortage(pod: Pod, others: readonly Pod[], { pods, cpuMilli, memoryBytes }: Allocatable) {
  if (others.length + 1 > pods) return outOf('pods', 1, others.length, pods)
  const capacity = { cpu: cpuMilli, memory: memoryBytes }
  for (const resource of resources) {
    const requested = requestOf(pod, resource)
    const used = others.reduce((sum, other) => sum + requestOf(other, resource), 0)
    if (requested > 0 && requested + used > capacity[resource])
      return outOf(resource, requested, used, capacity[resource])
  }
  return undefined
}

const outOf = (resource: string, requested: number, used: number, capacity: number): Rejection => ({
  reason: `OutOf${resource}`,
  message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
})

/** What a pod asks for, in bytes or thousandths of a CPU: as a whole, or its containers at the most busy moment, and what the pod itself costs. */
export function requestOf({ spec }: Pod, resource: Resource | 'ephemeral-storage'): number {
  if (!spec) return 0
  const measure = resource === 'cpu' ? quantityMilliValue : quantityValue
  const amount = (text: string | undefined) => {
    const quantity = text === undefined ? undefined : parseQuantity(text)
    return quantity === undefined ? 0 : measure(quantity)
  }
  const whole = spec.resources?.requests?.[resource]
  const total = containerTotals(spec, 'requests').get(resource)
  const asked = whole === undefined ? (total ? measure(total) : 0) : amount(whole)
  return asked + amount(spec.overhead?.[resource])
}

function portConflict(pod: Pod, others: readonly Pod[]): Rejection | undefined {
  const taken = others.flatMap(hostPorts)
  const clashes = hostPorts(pod).some((wanted) => taken.some((one) => isSamePort(wanted, one)))
  if (!clashes) return undefined
  const why = "node(s) didn't have free ports for the requested pod ports"
  return { reason: 'NodePorts', message: `Predicate NodePorts failed: ${why}` }
}

interface HostPort {
  readonly port: number
  readonly protocol: string
  readonly address: string
}

function hostPorts({ spec }: Pod): HostPort[] {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []).filter(isSidecar)]
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP', hostIP = '' }) =>
      hostPort ? [{ port: hostPort, protocol, address: hostIP === '0.0.0.0' ? '' : hostIP }] : [],
    ),
  )
}

const isSamePort = (a: HostPort, b: HostPort) =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.address === b.address || a.address === '' || b.address === '')
