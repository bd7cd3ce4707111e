import { duplicate, type FieldError, invalid, required, notSupported, tooMany } from '#base/field-error'
import { fullNameErrors } from '#schema/domain-names'
import { canonicalIpFaults, ipFaults, parseIp } from '#schema/ip'
import { validateLabels } from '#schema/label-rules'
import { dnsLabelFaults, labelValueFaults, qualifiedNameFaults, subdomainFaults } from '#schema/name-rules'
import { protocolErrors } from '../core/protocol.ts'
import { specialIpErrors } from '../core/special-ip.ts'
import { eachFault } from '../each-fault.ts'
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../gen/discovery-v1.ts'

const addressTypes = ['FQDN', 'IPv4', 'IPv6']
const endpointsMax = 1000
const addressesMax = 100
const topologyMax = 16
const portsMax = 20_000
const hintsMax = 8

/** Faults of one of the addresses at `path`; IPv6 ones must be in their canonical form. */
function* addressErrors(address: string, type: string, path: string, i: number): Iterable<FieldError> {
  const at = `${path}[${i}]`
  if (type === 'FQDN') yield* fullNameErrors(address, at)
  if (type !== 'IPv4' && type !== 'IPv6') return
  const faults = type === 'IPv4' ? ipFaults(address) : canonicalIpFaults(address)
  yield* eachFault(at, address, faults)
  if (faults.length > 0) return
  if (`IPv${parseIp(address)?.family}` !== type) yield invalid(path, address, `must be an ${type} address`)
  yield* specialIpErrors(address, at)
}

/** Names that each may stand once in a list that may not be long. */
function* nameListErrors(
  list: readonly { name: string }[],
  faultsOf: (name: string) => readonly string[],
  path: string,
): Iterable<FieldError> {
  if (list.length > hintsMax) {
    yield tooMany(path, list.length, hintsMax)
    return
  }
  for (const [i, { name }] of list.entries()) {
    const at = `${path}[${i}].name`
    if (list.findIndex((one) => one.name === name) < i) yield duplicate(at, name)
    yield* eachFault(at, name, faultsOf(name))
  }
}

function* hintErrors({ forZones = [], forNodes = [] }: EndpointHints, path: string): Iterable<FieldError> {
  yield* nameListErrors(forZones, labelValueFaults, `${path}.forZones`)
  yield* nameListErrors(forNodes, subdomainFaults, `${path}.forNodes`)
}

function* endpointErrors(endpoint: Endpoint, type: string, path: string): Iterable<FieldError> {
  const { addresses, nodeName, hostname, hints, deprecatedTopology = {} } = endpoint
  const at = `${path}.addresses`
  if (addresses.length === 0) yield required(at, 'must contain at least 1 address')
  else if (addresses.length > addressesMax) yield tooMany(at, addresses.length, addressesMax)
  for (const [i, address] of addresses.entries()) yield* addressErrors(address, type, at, i)
  if (nodeName !== undefined) yield* eachFault(`${path}.nodeName`, nodeName, subdomainFaults(nodeName))
  const labels = Object.keys(deprecatedTopology).length
  if (labels > topologyMax) yield tooMany(`${path}.deprecatedTopology`, labels, topologyMax)
  yield* validateLabels(deprecatedTopology, `${path}.deprecatedTopology`)
  if (hostname !== undefined) yield* eachFault(`${path}.hostname`, hostname, dnsLabelFaults(hostname))
  if (hints) yield* hintErrors(hints, `${path}.hints`)
}

function* portErrors(ports: readonly EndpointPort[]): Iterable<FieldError> {
  if (ports.length > portsMax) {
    yield tooMany('ports', ports.length, portsMax)
    return
  }
  const names = new Set<string>()
  for (const [i, { name = '', protocol = '', appProtocol }] of ports.entries()) {
    const path = `ports[${i}]`
    if (name !== '') yield* eachFault(`${path}.name`, name, dnsLabelFaults(name))
    if (names.has(name)) yield duplicate(`${path}.name`, name)
    names.add(name)
    yield* protocolErrors(protocol, `${path}.protocol`)
    if (appProtocol === undefined) continue
    yield* eachFault(`${path}.appProtocol`, appProtocol, qualifiedNameFaults(appProtocol))
  }
}

/** Everything wrong with an endpoint slice. */
export function* endpointSliceErrors(slice: EndpointSlice): Iterable<FieldError> {
  const { addressType, endpoints = [], ports = [] } = slice
  if (addressType === '') yield required('addressType')
  else if (!addressTypes.includes(addressType)) yield notSupported('addressType', addressType, addressTypes)
  yield* portErrors(ports)
  if (endpoints.length > endpointsMax) yield tooMany('endpoints', endpoints.length, endpointsMax)
  else {
    for (const [i, endpoint] of endpoints.entries()) {
      yield* endpointErrors(endpoint, addressType, `endpoints[${i}]`)
    }
  }
}
