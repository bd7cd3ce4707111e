import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { hostFaults } from '#schema/domain-names'
import { ipFaults, parseIp } from '#schema/ip'
import { subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { HTTPIngressPath, Ingress, IngressRule, IngressTLS } from '../gen/networking-v1.ts'
import { isNew } from '../is-new.ts'
import { backendErrors } from './ingress-backend-errors.ts'

/** The older way to name the class of an ingress. */
export const classAnnotation = 'kubernetes.io/ingress.class'

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']
const wrongInside = ['//', '/./', '/../', '%2f', '%2F']
const wrongAtEnd = ['/..', '/.']
const notName = 'must be a DNS name, not an IP address'

/** What is wrong with the text of a path; what a path of its own kind means, its controller knows. */
function pathFaults(text: string, type: string): string[] {
  const faults = text.startsWith('/') ? [] : ['must be an absolute path']
  if (type === 'ImplementationSpecific') return text === '' ? [] : faults
  return [
    ...faults,
    ...wrongInside.filter((one) => text.includes(one)).map((one) => `must not contain '${one}'`),
    ...wrongAtEnd.filter((one) => text.endsWith(one)).map((one) => `cannot end with '${one}'`),
  ]
}

function* pathErrors(one: HTTPIngressPath, at: string): Iterable<FieldError> {
  const { path = '', backend } = one
  const pathType = one.pathType as string | undefined
  if (pathType === undefined) {
    yield required(`${at}.pathType`, 'pathType must be specified')
    return
  }
  if (pathTypes.includes(pathType)) yield* eachFault(`${at}.path`, path, pathFaults(path, pathType))
  else yield notSupported(`${at}.pathType`, pathType, pathTypes)
  yield* backendErrors(backend, `${at}.backend`)
}

function* ruleErrors({ host = '', http }: IngressRule, at: string): Iterable<FieldError> {
  if (host !== '') {
    if (parseIp(host)) yield invalid(`${at}.host`, host, notName)
    yield* eachFault(`${at}.host`, host, hostFaults(host))
  }
  if (!http) return
  if (http.paths.length === 0) yield required(`${at}.http.paths`)
  for (const [i, path] of http.paths.entries()) yield* pathErrors(path, `${at}.http.paths[${i}]`)
}

function* tlsErrors({ hosts = [], secretName = '' }: IngressTLS, at: string): Iterable<FieldError> {
  for (const [i, host] of hosts.entries()) yield* eachFault(`${at}.hosts[${i}]`, host, hostFaults(host))
  if (secretName !== '') yield* eachFault(`${at}.secretName`, secretName, subdomainFaults(secretName))
}

/** Everything wrong with an ingress. */
export function* ingressErrors(ingress: Ingress): Iterable<FieldError> {
  const { metadata, spec = {} } = ingress
  const { rules = [], tls = [], defaultBackend, ingressClassName } = spec
  if (rules.length === 0 && !defaultBackend) {
    yield invalid('spec', spec.rules, 'either `defaultBackend` or `rules` must be specified')
  }
  if (defaultBackend) yield* backendErrors(defaultBackend, 'spec.defaultBackend')
  for (const [i, rule] of rules.entries()) yield* ruleErrors(rule, `spec.rules[${i}]`)
  for (const [i, one] of tls.entries()) yield* tlsErrors(one, `spec.tls[${i}]`)
  if (ingressClassName === undefined) return
  yield* eachFault('spec.ingressClassName', ingressClassName, subdomainFaults(ingressClassName))
  const annotated = metadata.annotations?.[classAnnotation]
  if (isNew(ingress) && annotated !== undefined && annotated !== ingressClassName) {
    const text = 'must match `ingressClassName` when both are specified'
    yield invalid(`annotations.${classAnnotation}`, annotated, text)
  }
}

/** Everything wrong with the addresses at which an ingress is reached. */
export function* ingressStatusErrors({ status }: Ingress): Iterable<FieldError> {
  for (const [i, { ip = '', hostname = '' }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const path = `status.loadBalancer.ingress[${i}]`
    if (ip !== '') yield* eachFault(`${path}.ip`, ip, ipFaults(ip))
    if (hostname === '') continue
    yield* eachFault(`${path}.hostname`, hostname, subdomainFaults(hostname))
    if (parseIp(hostname)) yield invalid(`${path}.hostname`, hostname, notName)
  }
}
