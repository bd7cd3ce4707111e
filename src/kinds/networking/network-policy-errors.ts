import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { formatCidr, isWithin, parseCidr, strictCidrFaults } from '#schema/cidr'
import { portNameFaults, portNumberFaults } from '#schema/field-names'
import { eachFault } from '../each-fault.ts'
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../gen/networking-v1.ts'
import { selectorErrors } from '../selector-errors.ts'

const protocols = ['TCP', 'UDP', 'SCTP']
const policyTypes = ['Ingress', 'Egress']

function* endPortErrors(
  port: number | string | undefined,
  endPort: number,
  at: string,
): Iterable<FieldError> {
  const path = `${at}.endPort`
  if (port === undefined) yield invalid(path, endPort, 'may not be specified when `port` is not specified')
  else if (typeof port === 'string') {
    yield invalid(path, endPort, 'may not be specified when `port` is non-numeric')
  } else {
    if (endPort < port) yield invalid(path, endPort, 'must be greater than or equal to `port`')
    yield* eachFault(path, endPort, portNumberFaults(endPort))
  }
}

function* portErrors({ protocol, port, endPort }: NetworkPolicyPort, at: string): Iterable<FieldError> {
  if (protocol !== undefined && !protocols.includes(protocol)) {
    yield notSupported(`${at}.protocol`, protocol, protocols)
  }
  if (typeof port === 'number') yield* eachFault(`${at}.port`, port, portNumberFaults(port))
  if (endPort !== undefined) yield* endPortErrors(port, endPort, at)
  if (typeof port === 'string') yield* eachFault(`${at}.port`, port, portNameFaults(port))
}

function* blockErrors({ cidr, except = [] }: IPBlock, path: string): Iterable<FieldError> {
  if (cidr === '') {
    yield required(`${path}.cidr`)
    return
  }
  yield* eachFault(`${path}.cidr`, cidr, strictCidrFaults(cidr))
  const whole = parseCidr(cidr)
  if (whole === undefined) return
  for (const [i, text] of except.entries()) {
    const at = `${path}.except[${i}]`
    yield* eachFault(at, text, strictCidrFaults(text))
    const part = parseCidr(text)
    if (part && !isWithin(part, whole)) yield invalid(at, text, 'must be a strict subset of `cidr`')
  }
}

function* peerErrors(peer: NetworkPolicyPeer, path: string): Iterable<FieldError> {
  const { podSelector, namespaceSelector, ipBlock } = peer
  if (podSelector) yield* selectorErrors(podSelector, `${path}.podSelector`)
  if (namespaceSelector) yield* selectorErrors(namespaceSelector, `${path}.namespaceSelector`)
  if (ipBlock) yield* blockErrors(ipBlock, `${path}.ipBlock`)
  if (!podSelector && !namespaceSelector) {
    if (!ipBlock) yield required(path, 'must specify a peer')
  } else if (ipBlock) yield fieldForbidden(path, 'may not specify both ipBlock and another peer')
}

/** The rules of both directions, each with its place in the object. */
function* rulesOf({ spec = {} }: NetworkPolicy) {
  for (const [i, { ports = [], from = [] }] of (spec.ingress ?? []).entries()) {
    yield { path: `spec.ingress[${i}]`, ports, peers: from, side: 'from' }
  }
  for (const [i, { ports = [], to = [] }] of (spec.egress ?? []).entries()) {
    yield { path: `spec.egress[${i}]`, ports, peers: to, side: 'to' }
  }
}

function* typeErrors(types: readonly string[]): Iterable<FieldError> {
  const path = 'spec.policyTypes'
  if (types.length > policyTypes.length) {
    yield invalid(path, types, 'may not specify more than two policyTypes')
    return
  }
  for (const [i, type] of types.entries()) {
    if (!policyTypes.includes(type)) yield notSupported(`${path}[${i}]`, type, policyTypes)
  }
}

/** Everything wrong with a network policy. */
export function* networkPolicyErrors(policy: NetworkPolicy): Iterable<FieldError> {
  yield* selectorErrors(policy.spec?.podSelector, 'spec.podSelector')
  for (const { path, ports, peers, side } of rulesOf(policy)) {
    for (const [i, port] of ports.entries()) yield* portErrors(port, `${path}.ports[${i}]`)
    for (const [i, peer] of peers.entries()) yield* peerErrors(peer, `${path}.${side}[${i}]`)
  }
  yield* typeErrors(policy.spec?.policyTypes ?? [])
}

function* cidrWarnings(text: string, path: string): Iterable<string> {
  const cidr = parseCidr(text)
  if (cidr?.address.family !== 6 || formatCidr(cidr) === text) return
  const canonical = JSON.stringify(formatCidr(cidr))
  yield `${path}: IPv6 CIDR value ${JSON.stringify(text)} should be in RFC 5952 canonical format (${canonical})`
}

/** What is legal but odd in a network policy: ranges of addresses in no canonical form. */
export function* networkPolicyWarnings(policy: NetworkPolicy): Iterable<string> {
  for (const { path, peers, side } of rulesOf(policy)) {
    for (const [i, { ipBlock }] of peers.entries()) {
      if (!ipBlock) continue
      const at = `${path}.${side}[${i}].ipBlock`
      yield* cidrWarnings(ipBlock.cidr, `${at}.cidr`)
      for (const [j, text] of (ipBlock.except ?? []).entries())
        yield* cidrWarnings(text, `${at}.except[${j}]`)
    }
  }
}
