import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { ipFaults, parseIp } from '#schema/ip'
import { subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { LoadBalancerIngress, Service } from '../gen/core-v1.ts'

const modes = ['Proxy', 'VIP']

function* ingressErrors(
  { ip = '', hostname = '', ipMode }: LoadBalancerIngress,
  path: string,
): Iterable<FieldError> {
  if (ip !== '') yield* eachFault(`${path}.ip`, ip, ipFaults(ip))
  if (ip !== '' && ipMode === undefined) {
    yield required(`${path}.ipMode`, 'must be specified when `ip` is set')
  } else if (ip === '' && ipMode !== undefined) {
    yield fieldForbidden(`${path}.ipMode`, 'may not be specified when `ip` is not set')
  } else if (ipMode !== undefined && !modes.includes(ipMode)) {
    yield notSupported(`${path}.ipMode`, ipMode, modes)
  }
  if (hostname === '') return
  yield* eachFault(`${path}.hostname`, hostname, subdomainFaults(hostname))
  if (parseIp(hostname) !== undefined) {
    yield invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address')
  }
}

/** Everything wrong with what a load balancer says of itself. */
export function* balancerStatusErrors({ spec, status }: Service): Iterable<FieldError> {
  const ingress = status?.loadBalancer?.ingress ?? []
  const path = 'status.loadBalancer.ingress'
  if (ingress.length > 0 && spec?.type !== 'LoadBalancer') {
    yield fieldForbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")
    return
  }
  for (const [i, one] of ingress.entries()) yield* ingressErrors(one, `${path}[${i}]`)
}
