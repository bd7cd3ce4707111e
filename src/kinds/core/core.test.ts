import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFaults, read, refuses, stored, told, write } from '#testkit/kind-check'
import type { KubeObject } from '#schema/object'
import type { ConfigMap, Endpoints, Namespace, Node, Secret } from '../gen/core-v1.ts'
import type { Lease } from '../gen/coordination-v1.ts'
import { lease } from '../coordination/lease.ts'
import { configMap } from './config-map.ts'
import { endpoints } from './endpoints.ts'
import { namespace } from './namespace.ts'
import { node } from './node.ts'
import { secret } from './secret.ts'

const metadata = () => ({ name: 'a', namespace: 'default' })
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('a namespace is held by its finalizer', () => {
  const made = stored<Namespace>(namespace, { metadata: { name: 'team' }, status: { phase: 'Terminating' } })
  assert.deepEqual(made.spec, { finalizers: ['kubernetes'] })
  assert.deepEqual(made.status, { phase: 'Active' })
  assert.equal(made.metadata.labels?.['kubernetes.io/metadata.name'], 'team')
  assert.equal(namespace.rules.holdsDeletion?.(made), true)
  assert.deepEqual(
    stored<Namespace>(namespace, { metadata: { name: 'a' }, spec: { finalizers: ['x/y'] } }).spec,
    {
      finalizers: ['x/y', 'kubernetes'],
    },
  )
  const main = write(namespace, made, (next) => {
    next.spec = {}
    next.status = { phase: 'Terminating' }
  })
  assert.deepEqual([main.object.spec, main.object.status, main.faults], [made.spec, made.status, []])
  const finalized = write(namespace, made, (next) => (next.spec = {}), 'finalize').object
  assert.equal(namespace.rules.holdsDeletion?.(finalized), false)
  namespace.rules.markDeleting?.(made)
  assert.equal(made.status?.phase, 'Terminating')
  assert.deepEqual(namespace.undeletable?.names, ['default', 'kube-public', 'kube-system'])
})

test('a namespace is refused for its finalizers, its phase and its name', () => {
  const sound = (): Namespace => ({ metadata: { name: 'team' } })
  refuses(namespace, sound, [
    [
      (object) => (object.metadata.name = 'a.b'),
      'metadata.name: Invalid value: "a.b": must not contain dots',
    ],
    [
      (object) => (object.metadata.namespace = 'x'),
      'metadata.namespace: Forbidden: not allowed on this type',
    ],
    [
      (object) => (object.spec = { finalizers: ['mine'] }),
      'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ])
  const phase = (value: string, deletionTimestamp?: string) => {
    const before = stored<Namespace>(namespace, sound())
    if (deletionTimestamp !== undefined) before.metadata.deletionTimestamp = deletionTimestamp
    return write(namespace, before, (next) => (next.status = { phase: value }), 'status').faults
  }
  assert.deepEqual(phase('Active'), [])
  assert.deepEqual(phase('Terminating'), [
    'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
  ])
  assert.deepEqual(phase('Active', '2026-01-01T00:00:00Z'), [
    'status.Phase: Invalid value: "Active": may only be \'Terminating\' if `deletionTimestamp` is not empty',
  ])
})

test('nodes', () => {
  const sound = (): Node => ({ metadata: { name: 'n1' }, spec: {}, status: {} })
  const taint = { key: 'a', effect: 'NoSchedule' }
  refuses(node, sound, [
    [
      (object) => (object.spec = { taints: [{ ...taint, key: 'a b' }] }),
      /metadata\.taints\[0\]\.key: Invalid value/,
    ],
    [
      (object) => (object.spec = { taints: [{ ...taint, value: 'a b' }] }),
      /metadata\.taints\[0\]\.value: Invalid/,
    ],
    [
      (object) => (object.spec = { taints: [{ ...taint, effect: '' }] }),
      'metadata.taints[0].effect: Required value',
    ],
    [(object) => (object.spec = { taints: [{ ...taint, effect: 'x' }] }), /effect: Unsupported value: "x"/],
    [
      (object) => (object.spec = { taints: [taint, taint] }),
      'metadata.taints[1]: Duplicate value: {"key":"a","effect":"NoSchedule"}: taints must be unique by key and effect pair',
    ],
    [
      (object) => (object.spec = { podCIDR: 'x' }),
      /spec\.podCIDRs\[0\]: Invalid value: "x": must be a valid CIDR/,
    ],
    [
      (object) => (object.spec = { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] }),
      /spec\.podCIDRs: .*may specify no more than one CIDR for each IP family$/,
    ],
    [
      (object) => (object.spec = { podCIDRs: ['10.0.0.0/24', '2001:db8::/64', '10.0.0.0/24'] }),
      /may specify no more than one CIDR for each IP family$/,
      'spec.podCIDRs[2]: Duplicate value: "10.0.0.0/24"',
    ],
    [
      (object) => (object.status = { capacity: { cpu: '-1' }, allocatable: { pods: '500m' } }),
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.allocatable.pods: Invalid value: "500m": must be an integer',
    ],
  ])
  const before = stored<Node>(node, {
    metadata: { name: 'n1' },
    spec: { podCIDR: '10.0.0.0/24', providerID: 'x' },
  })
  const rows: [(next: Node) => unknown, string, ...string[]][] = [
    [(next) => (next.spec = { ...next.spec, unschedulable: true }), ''],
    [
      (next) => (next.spec = { podCIDR: '10.0.1.0/24', providerID: 'x' }),
      '',
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ],
    [
      (next) => (next.spec = { ...next.spec, providerID: 'y' }),
      '',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ],
    [
      (next) => (next.spec = { ...next.spec, externalID: 'y' }),
      '',
      'spec.externalID: Forbidden: may not be updated',
    ],
    [
      (next) =>
        (next.status = {
          addresses: [
            { type: 'Hostname', address: 'a' },
            { type: 'Hostname', address: 'a' },
          ],
        }),
      'status',
      'status.addresses[1]: Duplicate value: {"type":"Hostname","address":"a"}',
    ],
  ]
  for (const [change, subresource, ...expected] of rows) {
    told(write(node, before, change, subresource).faults, expected, String(change))
  }
  const main = write(node, before, (next) => (next.status = { phase: 'x' })).object
  assert.equal(main.status?.phase, undefined)
  const status = write(node, before, (next) => (next.spec = {}), 'status').object
  assert.equal(status.spec?.providerID, 'x')
  assert.equal(node.storageDirectory, 'minions')
})

test('a row tells what a node is', () => {
  const object = read<Node>(node, {
    metadata: { name: 'n1', labels: { 'node-role.kubernetes.io/b': '', 'kubernetes.io/role': 'a' } },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'False' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
      nodeInfo: { kernelVersion: '6.1', architecture: 'amd64' },
    },
  })
  const cell = (name: string, one: KubeObject = object) => node.cells[name]?.(one, 0)
  assert.equal(cell('Status'), 'NotReady,SchedulingDisabled')
  assert.equal(cell('Roles'), 'a,b')
  assert.equal(cell('Internal-IP'), '10.0.0.9')
  assert.equal(cell('External-IP'), '<none>')
  assert.equal(cell('Kernel-Version'), '6.1 (amd64)')
  const bare = read(node, { metadata: { name: 'n2' } })
  assert.equal(cell('Status', bare), 'Unknown')
  assert.equal(cell('Roles', bare), '<none>')
  assert.equal(cell('Kernel-Version', bare), '<unknown>')
  assert.equal(node.selectable['spec.unschedulable']?.(object), 'true')
  assert.equal(node.selectable['spec.unschedulable']?.(bare), 'false')
})

test('config maps hold so much under good keys', () => {
  const sound = (): ConfigMap => ({ metadata: metadata() })
  refuses(configMap, sound, [
    [
      (object) => (object.data = { 'a b': '' }),
      /^data\[a b\]: Invalid value: "a b": a valid config key must/,
    ],
    [
      (object) => (object.binaryData = { '..': '' }),
      'binaryData[..]: Invalid value: "..": must not be \'..\'',
    ],
    [
      (object) => Object.assign(object, { data: { a: 'x' }, binaryData: { a: 'AAAA' } }),
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ],
    [
      (object) => (object.data = { a: 'ä'.repeat(524_289) }),
      ': Too long: may not be more than 1048576 bytes',
    ],
  ])
  assert.deepEqual(createFaults(configMap, { ...sound(), data: { a: 'x'.repeat(1_048_576) } }), [])
  const both = read(configMap, { ...sound(), data: { a: '' }, binaryData: { b: 'AAAA' } })
  assert.equal(configMap.cells.Data?.(both, 0), 2)
})

test('what was made immutable stays as it is', () => {
  const text = 'Forbidden: field is immutable when `immutable` is set'
  const sealed = stored<ConfigMap>(configMap, { metadata: metadata(), data: { a: 'b' }, immutable: true })
  const faults = (change: (next: ConfigMap) => unknown) => write(configMap, sealed, change).faults
  assert.deepEqual(
    faults((next) => (next.metadata.labels = { a: 'b' })),
    [],
  )
  assert.deepEqual(
    faults((next) => (next.data = {})),
    [`data: ${text}`],
  )
  assert.deepEqual(
    faults((next) => (next.binaryData = { b: 'AAAA' })),
    [`binaryData: ${text}`],
  )
  assert.deepEqual(
    faults((next) => delete next.immutable),
    [`immutable: ${text}`],
  )
  const keys = stored<Secret>(secret, { metadata: metadata(), data: { a: 'AAAA' }, immutable: true })
  assert.deepEqual(write(secret, keys, (next) => (next.stringData = { b: 'b' })).faults, [`data: ${text}`])
  assert.deepEqual(write(secret, keys, (next) => (next.type = 'x')).faults, [
    'type: Invalid value: "x": field is immutable',
  ])
})

test('secrets hold what their type needs', () => {
  const sound = (): Secret => ({ metadata: metadata() })
  const typed =
    (type: string, data: Record<string, string> = {}) =>
    (object: Secret) => {
      Object.assign(object, { type: `kubernetes.io/${type}`, data })
    }
  refuses(secret, sound, [
    [(object) => (object.data = { 'a b': '' }), /^data\[a b\]: Invalid value: "a b"/],
    [
      (object) => (object.data = { a: base64('x'.repeat(1_048_577)) }),
      'data: Too long: may not be more than 1048576 bytes',
    ],
    [
      typed('service-account-token'),
      'metadata.annotations[kubernetes.io/service-account.name]: Required value',
    ],
    [typed('dockercfg'), 'data[.dockercfg]: Required value'],
    [typed('dockerconfigjson'), 'data[.dockerconfigjson]: Required value'],
    [
      typed('dockerconfigjson', { '.dockerconfigjson': base64('{') }),
      'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input',
    ],
    [
      typed('dockercfg', { '.dockercfg': base64('[]') }),
      /json: cannot unmarshal array into Go value of type map\[string\]interface \{\}$/,
    ],
    [typed('basic-auth'), 'data[username]: Required value', 'data[password]: Required value'],
    [typed('ssh-auth'), 'data[ssh-privatekey]: Required value'],
    [typed('tls', { 'tls.crt': '' }), 'data[tls.key]: Required value'],
  ])
  assert.deepEqual(
    createFaults(secret, { ...sound(), type: 'kubernetes.io/basic-auth', data: { password: '' } }),
    [],
  )
  assert.deepEqual(
    createFaults(secret, {
      ...sound(),
      type: 'kubernetes.io/dockercfg',
      data: { '.dockercfg': base64('{}') },
    }),
    [],
  )
  const plain = read<Secret>(secret, { ...sound(), data: { a: 'AAAA' }, stringData: { b: 'b' } })
  assert.deepEqual(
    [plain.type, plain.data, plain.stringData],
    ['Opaque', { a: 'AAAA', b: 'Yg==' }, undefined],
  )
  assert.equal(secret.cells.Data?.(plain, 0), 2)
})

test('endpoints are addresses that others can reach', () => {
  const address = { ip: '10.0.0.1' }
  const sound = (): Endpoints => ({
    metadata: metadata(),
    subsets: [{ addresses: [{ ...address }], ports: [{ port: 80 }] }],
  })
  const subset = (one: NonNullable<Endpoints['subsets']>[number]) => (object: Endpoints) =>
    (object.subsets = [one])
  refuses(endpoints, sound, [
    [subset({}), 'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
    [
      subset({ addresses: [{ ip: 'x' }] }),
      /^subsets\[0\]\.addresses\[0\]\.ip: Invalid value: "x": must be a valid IP address, \(e\.g\./,
      'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address',
    ],
    [subset({ notReadyAddresses: [{ ip: '::1' }] }), /notReadyAddresses\[0\]\.ip: .*loopback range/],
    [subset({ addresses: [{ ...address, hostname: 'A' }] }), /hostname: Invalid value: "A"/],
    [subset({ addresses: [{ ...address, nodeName: 'A' }] }), /nodeName: Invalid value: "A"/],
    [
      subset({ addresses: [address], ports: [{ port: 80 }, { port: 0, name: 'b', protocol: 'x' }] }),
      'subsets[0].ports[0].name: Required value',
      /ports\[1\]\.port: Invalid value: 0/,
      /ports\[1\]\.protocol: Unsupported value: "x"/,
    ],
    [
      subset({ addresses: [address], ports: [{ port: 1, appProtocol: 'a b' }] }),
      /appProtocol: Invalid value/,
    ],
  ])
  const cell = (subsets: Endpoints['subsets']) =>
    endpoints.cells.Endpoints?.(read(endpoints, { metadata: metadata(), subsets }), 0)
  const many = ['10.0.0.1', '10.0.0.2', '2001:db8::1'].map((ip) => ({ ip }))
  assert.equal(cell([]), '<none>')
  assert.equal(cell([{ addresses: many }]), '10.0.0.1,10.0.0.2,2001:db8::1')
  assert.equal(
    cell([
      {
        addresses: many,
        ports: [
          { port: 80, name: 'a' },
          { port: 81, name: 'b' },
        ],
      },
    ]),
    '10.0.0.1:80,10.0.0.2:80,[2001:db8::1]:80 + 3 more...',
  )
})

test('leases last for some time', () => {
  const sound = (): Lease => ({ metadata: metadata(), spec: {} })
  refuses(lease, sound, [
    [
      (object) => (object.spec = { leaseDurationSeconds: 0 }),
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    ],
    [
      (object) => (object.spec = { leaseTransitions: -1 }),
      'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    ],
  ])
  const early = stored<Lease>(lease, { metadata: metadata(), spec: { strategy: 'x', preferredHolder: 'y' } })
  assert.deepEqual(early.spec, {})
})
