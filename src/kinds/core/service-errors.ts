import {
  duplicate,
  type FieldError,
  fieldForbidden,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import { portFaults, portNumberFaults } from '#schema/field-names'
import { cidrFaults, ipFaults } from '#schema/ip'
import { validateLabels } from '#schema/label-rules'
import { dnsLabelFaults, qualifiedNameFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { Service, ServicePort, ServiceSpec } from '../gen/core-v1.ts'
import { protocolErrors } from './protocol.ts'
import { clusterIpErrors } from './service-addresses.ts'
import { isHeadless, isReachedFromOutside, needsHealthCheck } from './service-prepare.ts'
import { specialIpErrors } from './special-ip.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const onlyBalancers = "may only be used when `type` is 'LoadBalancer'"

function* typeErrors(service: Service, spec: ServiceSpec): Iterable<FieldError> {
  const { type, ports = [], clusterIPs = [], externalName = '' } = spec
  if (ports.length === 0 && !isHeadless(service) && type !== 'ExternalName') yield required('spec.ports')
  if (isHeadless(service) && (type === 'LoadBalancer' || type === 'NodePort')) {
    yield invalid('spec.clusterIPs[0]', clusterIPs[0], `may not be set to 'None' for ${type} services`)
  }
  if (type !== 'ExternalName') return
  for (const name of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
    const value = spec[name]
    if (value !== undefined && value.length > 0) {
      yield fieldForbidden(`spec.${name}`, 'may not be set for ExternalName services')
    }
  }
  const host = externalName.replace(/\.$/, '')
  if (host === '') yield required('spec.externalName')
  else yield* eachFault('spec.externalName', host, subdomainFaults(host))
}

function* portErrors(port: ServicePort, all: readonly ServicePort[], i: number): Iterable<FieldError> {
  const path = `spec.ports[${i}]`
  const { name = '', protocol = '', targetPort = 0, appProtocol } = port
  if (name === '') {
    if (all.length > 1) yield required(`${path}.name`)
  } else {
    yield* eachFault(`${path}.name`, name, dnsLabelFaults(name))
    if (all.findIndex((one) => one.name === name) < i) yield duplicate(`${path}.name`, name)
  }
  yield* eachFault(`${path}.port`, port.port, portNumberFaults(port.port))
  yield* protocolErrors(protocol, `${path}.protocol`)
  yield* eachFault(`${path}.targetPort`, targetPort, portFaults(targetPort))
  if (appProtocol !== undefined) {
    yield* eachFault(`${path}.appProtocol`, appProtocol, qualifiedNameFaults(appProtocol))
  }
}

/** Ports that are there twice, or of a node when the service has none. */
function* portSetErrors({ type, ports = [] }: ServiceSpec): Iterable<FieldError> {
  const isSame = (a: ServicePort, name: 'port' | 'nodePort') => (b: ServicePort) =>
    a[name] === b[name] && a.protocol === b.protocol
  for (const [i, port] of ports.entries()) {
    const { nodePort = 0 } = port
    if (nodePort !== 0 && type === 'ClusterIP') {
      yield fieldForbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")
    }
  }
  for (const [i, port] of ports.entries()) {
    if (port.nodePort && ports.findIndex(isSame(port, 'nodePort')) < i) {
      yield duplicate(`spec.ports[${i}].nodePort`, port.nodePort)
    }
  }
  for (const [i, port] of ports.entries()) {
    if (ports.findIndex(isSame(port, 'port')) < i) {
      const key = {
        Name: '',
        Protocol: port.protocol ?? '',
        AppProtocol: null,
        Port: port.port,
        TargetPort: 0,
        NodePort: 0,
      }
      yield duplicate(`spec.ports[${i}]`, key)
    }
  }
}

const affinitySecondsMax = 86_400

function* affinityErrors({
  sessionAffinity = '',
  sessionAffinityConfig: config,
}: ServiceSpec): Iterable<FieldError> {
  const path = 'spec.sessionAffinity'
  if (sessionAffinity === '') yield required(path)
  else if (sessionAffinity !== 'ClientIP' && sessionAffinity !== 'None') {
    yield notSupported(path, sessionAffinity, ['ClientIP', 'None'])
  }
  if (sessionAffinity !== 'ClientIP') return
  const seconds = config?.clientIP?.timeoutSeconds
  if (seconds === undefined) yield required(`${path}Config`, 'when session affinity type is ClientIP')
  else if (seconds <= 0 || seconds > affinitySecondsMax) {
    const text = `must be greater than 0 and less than ${affinitySecondsMax}`
    yield invalid(`${path}Config.clientIP.timeoutSeconds`, seconds, text)
  }
}

function* externalIpErrors({ externalIPs = [] }: ServiceSpec): Iterable<FieldError> {
  for (const [i, ip] of externalIPs.entries()) {
    const path = `spec.externalIPs[${i}]`
    const faults = ipFaults(ip)
    if (faults.length > 0) yield* eachFault(path, ip, faults)
    else yield* specialIpErrors(ip, path)
  }
}

function* balancerErrors(spec: ServiceSpec): Iterable<FieldError> {
  const { type, loadBalancerSourceRanges: ranges = [], loadBalancerClass } = spec
  const isBalancer = type === 'LoadBalancer'
  const path = 'spec.LoadBalancerSourceRanges'
  if (ranges.length > 0 && !isBalancer) yield fieldForbidden(path, onlyBalancers)
  for (const [i, range] of ranges.entries()) {
    yield* eachFault(`${path}[${i}]`, range.trim(), cidrFaults(range.trim()))
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer) {
    yield fieldForbidden('spec.allocateLoadBalancerNodePorts', onlyBalancers)
  }
  if (loadBalancerClass === undefined) return
  const at = 'spec.loadBalancerClass'
  if (isBalancer) yield* eachFault(at, loadBalancerClass, qualifiedNameFaults(loadBalancerClass))
  else yield fieldForbidden(at, onlyBalancers)
}

const trafficPolicies = ['Cluster', 'Local']
const distributions = ['PreferClose', 'PreferSameNode', 'PreferSameZone']

function* trafficErrors(service: Service, spec: ServiceSpec): Iterable<FieldError> {
  const { externalTrafficPolicy: policy = '', healthCheckNodePort = 0 } = spec
  const path = 'spec.externalTrafficPolicy'
  if (!isReachedFromOutside(service)) {
    if (policy !== '') yield invalid(path, policy, 'may only be set for externally-accessible services')
  } else if (policy === '') yield required(path)
  else if (!trafficPolicies.includes(policy)) yield notSupported(path, policy, trafficPolicies)
  const at = 'spec.healthCheckNodePort'
  if (healthCheckNodePort !== 0 && !needsHealthCheck(service)) {
    const text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    yield invalid(at, healthCheckNodePort, text)
  } else if (healthCheckNodePort !== 0) {
    yield* eachFault(at, healthCheckNodePort, portNumberFaults(healthCheckNodePort))
  }
  const { internalTrafficPolicy: internal, trafficDistribution } = spec
  if (internal !== undefined && !trafficPolicies.includes(internal)) {
    yield notSupported('spec.internalTrafficPolicy', internal, trafficPolicies)
  }
  if (trafficDistribution !== undefined && !distributions.includes(trafficDistribution)) {
    yield notSupported('spec.trafficDistribution', trafficDistribution, distributions)
  }
}

/** Everything wrong with a service. */
export function* serviceErrors(service: Service): Iterable<FieldError> {
  const { spec = {} } = service
  const { type = '', ports = [] } = spec
  yield* typeErrors(service, spec)
  for (const [i, port] of ports.entries()) yield* portErrors(port, ports, i)
  yield* validateLabels(spec.selector, 'spec.selector')
  yield* affinityErrors(spec)
  yield* clusterIpErrors(service)
  yield* externalIpErrors(spec)
  if (type === '') yield required('spec.type')
  else if (!types.includes(type)) yield notSupported('spec.type', type, types)
  yield* portSetErrors(spec)
  yield* balancerErrors(spec)
  yield* trafficErrors(service, spec)
}
