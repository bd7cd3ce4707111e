import { type FieldError, invalid, required } from '#base/field-error'
import { lenientIpFaults } from '#schema/ip'
import { dnsLabelFaults, qualifiedNameFaults, subdomainFaults } from '#schema/name-rules'
import { portNumberFaults } from '#schema/field-names'
import { defineKind, type Rules } from '../define.ts'
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Endpoints as EndpointsObject,
} from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { protocolErrors } from './protocol.ts'
import { specialIpErrors } from './special-ip.ts'

const shownMax = 3

const hostPort = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

function allOf({ addresses = [], ports = [] }: EndpointSubset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip)
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port)))
}

/** The addresses of endpoints as a table shows them: three, and how many more. */
function endpointsCell({ subsets = [] }: EndpointsObject): string {
  const all = subsets.flatMap(allOf)
  if (all.length === 0) return '<none>'
  const shown = all.slice(0, shownMax).join(',')
  return all.length > shownMax ? `${shown} + ${all.length - shownMax} more...` : shown
}

function* addressErrors(
  { ip, hostname = '', nodeName }: EndpointAddress,
  path: string,
): Iterable<FieldError> {
  for (const fault of lenientIpFaults(ip)) yield invalid(`${path}.ip`, ip, fault)
  if (hostname !== '') {
    for (const fault of dnsLabelFaults(hostname)) yield invalid(`${path}.hostname`, hostname, fault)
  }
  if (nodeName !== undefined) {
    for (const fault of subdomainFaults(nodeName)) yield invalid(`${path}.nodeName`, nodeName, fault)
  }
  yield* specialIpErrors(ip, `${path}.ip`)
}

function* portErrors(
  { name = '', port, protocol = '', appProtocol }: EndpointPort,
  isNameRequired: boolean,
  path: string,
): Iterable<FieldError> {
  if (name === '') {
    if (isNameRequired) yield required(`${path}.name`)
  } else for (const fault of dnsLabelFaults(name)) yield invalid(`${path}.name`, name, fault)
  for (const fault of portNumberFaults(port)) yield invalid(`${path}.port`, port, fault)
  yield* protocolErrors(protocol, `${path}.protocol`)
  if (appProtocol !== undefined) {
    for (const fault of qualifiedNameFaults(appProtocol)) {
      yield invalid(`${path}.appProtocol`, appProtocol, fault)
    }
  }
}

function* subsetErrors(subset: EndpointSubset, path: string): Iterable<FieldError> {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    yield required(path, 'must specify `addresses` or `notReadyAddresses`')
  }
  for (const [i, one] of addresses.entries()) yield* addressErrors(one, `${path}.addresses[${i}]`)
  for (const [i, one] of notReadyAddresses.entries()) {
    yield* addressErrors(one, `${path}.notReadyAddresses[${i}]`)
  }
  for (const [i, one] of ports.entries()) yield* portErrors(one, ports.length > 1, `${path}.ports[${i}]`)
}

const rules: Rules<EndpointsObject> = {
  *validate({ subsets = [] }) {
    for (const [i, subset] of subsets.entries()) yield* subsetErrors(subset, `subsets[${i}]`)
  },
}

/** Endpoints: the addresses behind a service. */
export const endpoints = defineKind<EndpointsObject>(resources['v1/endpoints'], {
  storageDirectory: 'services/endpoints',
  cells: { Endpoints: endpointsCell },
  rules,
})
