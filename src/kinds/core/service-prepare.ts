import { equal } from '#schema/equal'
import type { Service, ServiceSpec } from '../gen/core-v1.ts'

/** True for a service without an address of its own. */
export const isHeadless = ({ spec }: Service): boolean =>
  spec?.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None'

/** Whether a service is reached from outside the cluster. */
export function isReachedFromOutside({ spec }: Service): boolean {
  const { type, externalIPs = [] } = spec ?? {}
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0)
}

/** Whether a load balancer must be told which nodes have pods of the service. */
export const needsHealthCheck = ({ spec }: Service): boolean =>
  spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'

/** The single address and the list of addresses say the same: what is only in one is put into the other. */
export function alignClusterIps({ spec }: Service): void {
  if (!spec) return
  const { clusterIP = '', clusterIPs = [] } = spec
  if (clusterIP !== '' && clusterIPs.length === 0) spec.clusterIPs = [clusterIP]
  else if (clusterIP === '' && clusterIPs[0]) spec.clusterIP = clusterIPs[0]
}

/** The same for a change: the one that was changed, or cleared, decides for the other. */
export function alignChangedClusterIps(next: Service, old: Service): void {
  const { spec } = next
  if (!spec) return
  const { clusterIP = '', clusterIPs = [] } = spec
  const { clusterIP: oldIp = '', clusterIPs: oldIps = [] } = old.spec ?? {}
  if (clusterIP === '' && oldIp !== '' && equal(clusterIPs, oldIps)) delete spec.clusterIPs
  else if (clusterIP !== '' && clusterIP !== oldIp && equal(clusterIPs, oldIps)) {
    spec.clusterIPs = [clusterIP]
  } else if (clusterIP === oldIp && clusterIPs.length === 0 && oldIps.length > 0 && clusterIP !== '') {
    spec.clusterIPs = [...oldIps]
  } else alignClusterIps(next)
  keepAddresses(spec, old)
  keepNodePorts(spec, old)
}

/** A client that leaves out the addresses that were given to the service does not mean to give them back. */
function keepAddresses(spec: ServiceSpec, { spec: old }: Service): void {
  if (spec.type === 'ExternalName' || !old || old.type === 'ExternalName') return
  if ((spec.clusterIP ?? '') !== '' || (spec.clusterIPs?.length ?? 0) > 0) return
  if (old.clusterIP) spec.clusterIP = old.clusterIP
  if (old.clusterIPs) spec.clusterIPs = [...old.clusterIPs]
}

/** A client that leaves out the ports of the nodes does not mean to give them back either. */
function keepNodePorts(spec: ServiceSpec, { spec: old }: Service): void {
  const hasNodePorts = (one: ServiceSpec | undefined) =>
    one?.type === 'NodePort' || one?.type === 'LoadBalancer'
  if (!hasNodePorts(spec) || !hasNodePorts(old)) return
  const taken = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort))
  for (const port of spec.ports ?? []) {
    const before = old?.ports?.find((one) => one.port === port.port && one.protocol === port.protocol)
    if (!port.nodePort && before?.nodePort && !taken.has(before.nodePort)) port.nodePort = before.nodePort
  }
}

/** A change of type drops the fields that only the old type has, when the client left them as they were. */
export function dropUnusedFields(next: Service, old: Service): void {
  const { spec } = next
  const { spec: before } = old
  if (!spec || !before) return
  const isNowExternalName = spec.type === 'ExternalName' && before.type !== 'ExternalName'
  if (isNowExternalName && equal(spec.clusterIPs, before.clusterIPs)) {
    for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) delete spec[name]
  }
  if (needsHealthCheck(old) && !needsHealthCheck(next)) {
    if (spec.healthCheckNodePort === before.healthCheckNodePort) delete spec.healthCheckNodePort
  }
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    for (const name of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const) {
      if (spec[name] === before[name]) delete spec[name]
    }
  }
  if (isReachedFromOutside(old) && !isReachedFromOutside(next)) {
    if (spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy
  }
  dropNodePorts(spec, before)
}

function dropNodePorts(spec: ServiceSpec, before: ServiceSpec): void {
  const hadPorts = before.type === 'NodePort' || before.type === 'LoadBalancer'
  if (!hadPorts || spec.type === 'NodePort' || spec.type === 'LoadBalancer') return
  const portsOf = ({ ports = [] }: ServiceSpec) => ports.map(({ nodePort = 0 }) => nodePort)
  if (!equal(portsOf(spec), portsOf(before))) return
  for (const port of spec.ports ?? []) delete port.nodePort
}
