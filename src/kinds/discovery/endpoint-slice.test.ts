import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
import type { Endpoint, EndpointPort, EndpointSlice } from '../gen/discovery-v1.ts'
import { endpointSliceErrors } from './endpoint-slice-errors.ts'
import { endpointSlice } from './endpoint-slice.ts'

const sound = (): EndpointSlice => ({
  metadata: { name: 'a', namespace: 'default' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'] }],
  ports: [{ port: 80 }],
})
const many = (count: number) => Array.from({ length: count }, (_, i) => i)
const endpoint = (change: Partial<Endpoint>) => (object: EndpointSlice) => {
  object.endpoints = [{ addresses: ['10.0.0.1'], ...change }]
}
const address =
  (addressType: string, ...addresses: string[]) =>
  (object: EndpointSlice) =>
    Object.assign(object, { addressType, endpoints: [{ addresses }] })
const ports =
  (...ports: EndpointPort[]) =>
  (object: EndpointSlice) => {
    object.ports = ports
  }
const at = 'endpoints[0]'
const first = ({ endpoints = [] }: EndpointSlice) => endpoints[0] as Endpoint

test('endpoints and their addresses', () => {
  const a = `${at}.addresses[0]`
  refuses(endpointSlice, sound, [
    [
      address(''),
      'addressType: Required value',
      /addresses: Required value: must contain at least 1 address$/,
    ],
    [
      (object) => (object.addressType = 'x'),
      'addressType: Unsupported value: "x": supported values: "FQDN", "IPv4", "IPv6"',
    ],
    [endpoint({ addresses: [] }), `${at}.addresses: Required value: must contain at least 1 address`],
    [
      endpoint({ addresses: many(101).map((i) => `10.0.0.${i + 1}`) }),
      `${at}.addresses: Too many: 101: must have at most 100 items`,
    ],
    [
      address('IPv4', 'x'),
      `${a}: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)`,
    ],
    [address('IPv4', '::2'), `${at}.addresses: Invalid value: "::2": must be an IPv4 address`],
    [address('IPv6', '1.1.1.1'), `${at}.addresses: Invalid value: "1.1.1.1": must be an IPv6 address`],
    [
      address('IPv4', '127.0.0.1'),
      `${a}: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)`,
    ],
    [address('IPv6', '::'), `${a}: Invalid value: "::": may not be unspecified (::)`],
    [
      address('IPv6', '2001:DB8::1'),
      `${a}: Invalid value: "2001:DB8::1": must be in canonical form ("2001:db8::1")`,
    ],
    [address('FQDN', ''), `${a}: Required value`],
    [
      address('FQDN', 'a'),
      `${a}: Invalid value: "a": should be a domain with at least two segments separated by dots`,
    ],
    [
      (object) => (object.endpoints = many(1001).map(() => ({ addresses: ['10.0.0.1'] }))),
      'endpoints: Too many: 1001: must have at most 1000 items',
    ],
  ])
})

test('what else endpoints tell', () => {
  const zones = (...names: string[]) => endpoint({ hints: { forZones: names.map((name) => ({ name })) } })
  const nodes = (...names: string[]) => endpoint({ hints: { forNodes: names.map((name) => ({ name })) } })
  const names = many(9).map(String)
  refuses(endpointSlice, sound, [
    [
      endpoint({ nodeName: 'A' }),
      /^endpoints\[0\]\.nodeName: Invalid value: "A": a lowercase RFC 1123 subdomain/,
    ],
    [endpoint({ hostname: 'a.b' }), `${at}.hostname: Invalid value: "a.b": must not contain dots`],
    [zones(...names), `${at}.hints.forZones: Too many: 9: must have at most 8 items`],
    [zones('a', 'a'), `${at}.hints.forZones[1].name: Duplicate value: "a"`],
    [zones('a b'), /^endpoints\[0\]\.hints\.forZones\[0\]\.name: Invalid value: "a b": a valid label must/],
    [nodes(...names), `${at}.hints.forNodes: Too many: 9: must have at most 8 items`],
    [nodes('a', 'a'), `${at}.hints.forNodes[1].name: Duplicate value: "a"`],
    [nodes('A'), /^endpoints\[0\]\.hints\.forNodes\[0\]\.name: Invalid value: "A": a lowercase/],
  ])
  const labels = Object.fromEntries(many(17).map((i) => [`l${i}`, 'a b']))
  const old: EndpointSlice = {
    ...sound(),
    ports: [],
    endpoints: [{ addresses: ['10.0.0.1'], deprecatedTopology: labels }],
  }
  const faults = [...endpointSliceErrors(old)].map(({ path, body }) => `${path}: ${body}`)
  told(
    faults.slice(0, 2),
    [
      `${at}.deprecatedTopology: Too many: 17: must have at most 16 items`,
      /^endpoints\[0\]\.deprecatedTopology: Invalid value: "a b"/,
    ],
    'topology',
  )
})

test('ports of a slice', () => {
  refuses(endpointSlice, sound, [
    [ports({ name: 'A' }), /^ports\[0\]\.name: Invalid value: "A": a lowercase RFC 1123 label/],
    [ports({ name: 'a' }, { name: 'a' }), 'ports[1].name: Duplicate value: "a"'],
    [ports({}, {}), 'ports[1].name: Duplicate value: ""'],
    [
      ports({ protocol: 'x' }),
      'ports[0].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"',
    ],
    [ports({ appProtocol: 'a b' }), /^ports\[0\]\.appProtocol: Invalid value: "a b": name part/],
    [
      ports(...many(20_001).map((i) => ({ name: `p${i}` }))),
      'ports: Too many: 20001: must have at most 20000 items',
    ],
  ])
})

test('a slice keeps the type of its addresses, and counts its changes', () => {
  const old = stored<EndpointSlice>(endpointSlice, sound())
  assert.equal(old.metadata.generation, 1)
  const changed = write(endpointSlice, old, address('FQDN', 'a.b'))
  assert.deepEqual(changed.faults, ['addressType: Invalid value: "FQDN": field is immutable'])
  assert.equal(changed.object.metadata.generation, 2)
  const labelled = write(endpointSlice, old, (object) => (object.metadata.labels = { a: 'b' })).object
  assert.equal(labelled.metadata.generation, 2)
  const annotated = write(endpointSlice, old, (object) => (object.metadata.annotations = { a: 'b' })).object
  assert.equal(annotated.metadata.generation, 1)
})

test('topology is not taken any more, but kept as long as endpoints do not change', () => {
  const topology = { 'kubernetes.io/hostname': 'n1', zone: 'a' }
  const create = stored<EndpointSlice>(endpointSlice, {
    ...sound(),
    endpoints: [{ addresses: ['10.0.0.1'], deprecatedTopology: topology }],
  })
  assert.deepEqual(create.endpoints?.[0], { addresses: ['10.0.0.1'], conditions: {} })
  const old = stored<EndpointSlice>(endpointSlice, sound())
  first(old).deprecatedTopology = topology
  const same = write(endpointSlice, old, ports({ port: 81 })).object
  assert.deepEqual(same.endpoints?.[0]?.deprecatedTopology, topology)
  const moved = write(endpointSlice, old, (object) => first(object).addresses.push('10.0.0.2'))
  assert.deepEqual(moved.object.endpoints?.[0], {
    addresses: ['10.0.0.1', '10.0.0.2'],
    conditions: {},
    nodeName: 'n1',
  })
})

test('rows and warnings of a slice', () => {
  const row = (object: EndpointSlice) =>
    ['Ports', 'Endpoints'].map((name) => endpointSlice.cells[name]?.(object, 0))
  const object = sound()
  assert.deepEqual(row({ ...object, ports: [], endpoints: [] }), ['<unset>', '<unset>'])
  ports({ port: 80 }, { name: 'a' }, {}, { port: 81 }, { port: 82 })(object)
  address('IPv4', 'a', 'b', 'c', 'd')(object)
  assert.deepEqual(row(object), ['80,a,* + 2 more...', 'a,b,c + 1 more...'])
  const warned = (object: EndpointSlice) => [...(endpointSlice.rules.warnings?.(object) ?? [])]
  address('FQDN', 'a.b')(object)
  assert.deepEqual(warned(object), ['spec.addressType: FQDN endpoints are deprecated'])
  object.metadata.resourceVersion = '1'
  assert.deepEqual(warned(object), [])
})
