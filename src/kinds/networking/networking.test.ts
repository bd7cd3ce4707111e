import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type { IPAddress, NetworkPolicy, NetworkPolicySpec, ServiceCIDR } from '../gen/networking-v1.ts'
import { ipAddress } from './ip-address.ts'
import { networkPolicy } from './network-policy.ts'
import { serviceCidr } from './service-cidr.ts'

const policy = (spec: NetworkPolicySpec = {}): NetworkPolicy => ({
  metadata: { name: 'a', namespace: 'default' },
  spec: { podSelector: {}, ...spec },
})
const spec = (spec: NetworkPolicySpec) => (object: NetworkPolicy) =>
  Object.assign(object.spec as object, spec)
const port = (port: object) => spec({ ingress: [{ ports: [port] }] })
const peer = (peer: object) => spec({ egress: [{ to: [peer] }] })
const block = (cidr: string, ...except: string[]) => peer({ ipBlock: { cidr, except } })

test('ports and peers of a network policy', () => {
  const p = 'spec.ingress[0].ports[0]'
  const to = 'spec.egress[0].to[0]'
  refuses(networkPolicy, policy, [
    [
      spec({ podSelector: { matchLabels: { a: 'b c' } } }),
      /^spec\.podSelector\.matchLabels: Invalid value: "b c"/,
    ],
    [
      port({ protocol: 'x' }),
      `${p}.protocol: Unsupported value: "x": supported values: "TCP", "UDP", "SCTP"`,
    ],
    [port({ port: 0 }), `${p}.port: Invalid value: 0: must be between 1 and 65535, inclusive`],
    [port({ port: 'a--b' }), `${p}.port: Invalid value: "a--b": must not contain consecutive hyphens`],
    [
      port({ port: 80, endPort: 79 }),
      `${p}.endPort: Invalid value: 79: must be greater than or equal to \`port\``,
    ],
    [
      port({ port: 80, endPort: 70_000 }),
      `${p}.endPort: Invalid value: 70000: must be between 1 and 65535, inclusive`,
    ],
    [
      port({ port: 'a', endPort: 80 }),
      `${p}.endPort: Invalid value: 80: may not be specified when \`port\` is non-numeric`,
    ],
    [
      port({ endPort: 80 }),
      `${p}.endPort: Invalid value: 80: may not be specified when \`port\` is not specified`,
    ],
    [peer({}), `${to}: Required value: must specify a peer`],
    [spec({ ingress: [{ from: [{}] }] }), 'spec.ingress[0].from[0]: Required value: must specify a peer'],
    [
      peer({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }),
      `${to}: Forbidden: may not specify both ipBlock and another peer`,
    ],
    [
      peer({ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
      `${to}.namespaceSelector.matchExpressions[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
    ],
    [block(''), `${to}.ipBlock.cidr: Required value`],
    [
      block('x'),
      `${to}.ipBlock.cidr: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
    ],
    [
      block('10.0.0.1/8'),
      `${to}.ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length`,
    ],
    [
      block('10.0.0.0/8', '10.1.0.0/16', '11.0.0.0/16', 'x'),
      `${to}.ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
      /^spec\.egress\[0\]\.to\[0\]\.ipBlock\.except\[2\]: Invalid value: "x": must be a valid CIDR/,
    ],
    [
      spec({ policyTypes: ['x'] }),
      'spec.policyTypes[0]: Unsupported value: "x": supported values: "Ingress", "Egress"',
    ],
    [
      spec({ policyTypes: ['Ingress', 'Egress', 'Ingress'] }),
      'spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes',
    ],
  ])
})

test('a network policy is about what it has rules for', () => {
  const types = (spec: NetworkPolicySpec) =>
    read<NetworkPolicy>(networkPolicy, policy(spec)).spec?.policyTypes
  assert.deepEqual(types({}), ['Ingress'])
  assert.deepEqual(types({ egress: [{}] }), ['Ingress', 'Egress'])
  assert.deepEqual(types({ egress: [{}], policyTypes: ['Egress'] }), ['Egress'])
  const old = stored<NetworkPolicy>(networkPolicy, policy())
  assert.equal(old.metadata.generation, 1)
  assert.equal(write(networkPolicy, old, peer({ podSelector: {} })).object.metadata.generation, 2)
})

test('rows and warnings of a network policy', () => {
  const shown = (podSelector: object) => networkPolicy.cells['Pod-Selector']?.(policy({ podSelector }), 0)
  assert.equal(shown({}), '<none>')
  assert.equal(shown({ matchLabels: { b: 'c', a: 'b' } }), 'a=b,b=c')
  assert.equal(shown({ matchExpressions: [{ key: 'a', operator: 'x' }] }), '<error>')
  const warned = policy({
    egress: [{ to: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }] }],
    ingress: [{ from: [{ ipBlock: { cidr: '2001:DB8::/32', except: ['2001:db8:0::/48'] } }] }],
  })
  assert.deepEqual(
    [...(networkPolicy.rules.warnings?.(warned) ?? [])],
    [
      'spec.ingress[0].from[0].ipBlock.cidr: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")',
      'spec.ingress[0].from[0].ipBlock.except[0]: IPv6 CIDR value "2001:db8:0::/48" should be in RFC 5952 canonical format ("2001:db8::/48")',
    ],
  )
})

test('an address and who has it', () => {
  const sound = (): IPAddress => ({
    metadata: { name: '10.0.0.1' },
    spec: { parentRef: { resource: 'services', namespace: 'a', name: 'b' } },
  })
  const parent = (change: object) => (object: IPAddress) => Object.assign(object.spec.parentRef, change)
  const at = 'spec.parentRef'
  refuses(ipAddress, sound, [
    [
      (object) => (object.metadata.name = 'x'),
      'metadata.name: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      (object) => (object.metadata.name = '2001:DB8::'),
      'metadata.name: Invalid value: "2001:DB8::": must be in canonical form ("2001:db8::")',
    ],
    [(object) => (object.spec = {} as never), `${at}: Required value`],
    [parent({ group: 'A' }), /^spec\.parentRef\.group: Invalid value: "A": a lowercase/],
    [parent({ resource: '' }), `${at}.resource: Required value`],
    [parent({ resource: 'a/b' }), `${at}.resource: Invalid value: "a/b": may not contain '/'`],
    [parent({ name: '' }), `${at}.name: Required value`],
    [parent({ namespace: '..' }), `${at}.namespace: Invalid value: "..": may not be '..'`],
  ])
  const old = stored<IPAddress>(ipAddress, sound())
  assert.deepEqual(write(ipAddress, old, parent({ name: 'c' })).faults, [
    `${at}: Invalid value: {"Group":"","Resource":"services","Namespace":"a","Name":"c"}: field is immutable`,
  ])
  const shown = (object: IPAddress) => ipAddress.cells['ParentRef']?.(object, 0)
  assert.equal(shown(old), 'services/a/b')
  parent({ group: 'X.y', namespace: '' })(old)
  assert.equal(shown(old), 'services.x.y/b')
  assert.equal(shown({ metadata: {}, spec: {} as never }), '<none>')
})

test('ranges of service addresses', () => {
  const sound = (...cidrs: string[]): ServiceCIDR => ({
    metadata: { name: 'a' },
    spec: { cidrs: cidrs.length === 0 ? ['10.0.0.0/8'] : cidrs },
  })
  const ranges =
    (...cidrs: string[]) =>
    (object: ServiceCIDR) => {
      object.spec = { cidrs }
    }
  const one = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'
  refuses(serviceCidr, sound, [
    [ranges(), 'spec.cidrs: Required value: at least one CIDR required'],
    [
      ranges('10.0.0.0/8', '::/64', '11.0.0.0/8'),
      'spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/8","::/64","11.0.0.0/8"]}: may only hold up to 2 values',
    ],
    [ranges('10.0.0.0/8', '11.0.0.0/8'), `spec.cidrs: Invalid value: ["10.0.0.0/8","11.0.0.0/8"]: ${one}`],
    [ranges('x'), /^spec\.cidrs\[0\]: Invalid value: "x": must be a valid CIDR value/],
    [
      ranges('2001:DB8::/32'),
      'spec.cidrs[0]: Invalid value: "2001:DB8::/32": must be in canonical form ("2001:db8::/32")',
    ],
  ])
  const fixed = 'field is immutable'
  const changes: [ServiceCIDR, string[], ...(string | RegExp)[]][] = [
    [sound(), ['11.0.0.0/8'], `spec.cidrs[0]: Invalid value: "11.0.0.0/8": ${fixed}`],
    [sound(), ['10.0.0.0/8', '::/64']],
    [sound(), ['10.0.0.0/8', 'x'], /^spec\.cidrs\[1\]: Invalid value: "x": must be a valid CIDR/],
    [sound(), ['::/64', '10.0.0.0/8'], `spec.cidrs[0]: Invalid value: "::/64": ${fixed}`],
    [sound('10.0.0.0/8', '::/64'), ['10.0.0.0/8'], `spec.cidrs: Invalid value: ["10.0.0.0/8"]: ${fixed}`],
  ]
  for (const [old, cidrs, ...expected] of changes) {
    told(
      write(serviceCidr, stored<ServiceCIDR>(serviceCidr, old), ranges(...cidrs)).faults,
      expected,
      cidrs.join(),
    )
  }
  const old = stored<ServiceCIDR>(serviceCidr, sound('10.0.0.0/8', '::/64'))
  const change = (object: ServiceCIDR) => {
    ranges('x')(object)
    object.metadata.labels = { a: 'b' }
    object.status = { conditions: [] }
  }
  const { object, faults } = write(serviceCidr, old, change, 'status')
  assert.deepEqual([object.spec, object.metadata.labels, faults], [old.spec, undefined, []])
  assert.equal(serviceCidr.cells['CIDRs']?.(old, 0), '10.0.0.0/8,::/64')
})
