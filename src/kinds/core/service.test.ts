import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type { Service, ServicePort, ServiceSpec } from '../gen/core-v1.ts'
import { serviceChangeErrors } from './service-change.ts'
import { service } from './service.ts'

const port: ServicePort = { port: 80 }
const sound = (more: Partial<ServiceSpec> = {}): Service => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ ...port }], ...more },
})
const set = (more: Partial<ServiceSpec>) => (object: Service) =>
  Object.assign(object.spec as ServiceSpec, more)

test('ports', () => {
  const p = 'spec.ports[0]'
  refuses(service, sound, [
    [set({ ports: [] }), 'spec.ports: Required value'],
    [
      set({ ports: [{ port: 0 }] }),
      /^spec\.ports\[0\]\.port: Invalid value: 0/,
      /targetPort: Invalid value: 0/,
    ],
    [
      set({ ports: [{ port: 80, protocol: 'x' }] }),
      `${p}.protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"`,
    ],
    [
      set({ ports: [{ port: 80, targetPort: 'A' }] }),
      /targetPort: Invalid value: "A": must contain only/,
      /at least one/,
    ],
    [set({ ports: [{ port: 80, appProtocol: 'a b' }] }), /appProtocol: Invalid value: "a b"/],
    [set({ ports: [port, { port: 81 }] }), `${p}.name: Required value`, 'spec.ports[1].name: Required value'],
    [set({ ports: [{ port: 80, name: 'A' }] }), /name: Invalid value: "A": a lowercase/],
    [
      set({
        ports: [
          { port: 80, name: 'a' },
          { port: 81, name: 'a' },
        ],
      }),
      'spec.ports[1].name: Duplicate value: "a"',
    ],
    [
      set({
        ports: [
          { port: 80, name: 'a' },
          { port: 80, name: 'b' },
        ],
      }),
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
    [
      set({ ports: [{ port: 80, nodePort: 30_000 }] }),
      `${p}.nodePort: Forbidden: may not be used when \`type\` is 'ClusterIP'`,
    ],
    [
      set({
        type: 'NodePort',
        ports: [
          { port: 80, name: 'a', nodePort: 1 },
          { port: 81, name: 'b', nodePort: 1 },
        ],
      }),
      'spec.ports[1].nodePort: Duplicate value: 1',
    ],
  ])
})

test('types have what they need and nothing else', () => {
  refuses(service, sound, [
    [
      set({ type: 'x' }),
      'spec.type: Unsupported value: "x": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [set({ type: 'ExternalName' }), 'spec.externalName: Required value'],
    [set({ type: 'ExternalName', externalName: 'A' }), /externalName: Invalid value: "A"/],
    [
      set({ type: 'ExternalName', externalName: 'a', clusterIPs: ['1.1.1.1'] }),
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    ],
    [
      set({ type: 'NodePort', clusterIP: 'None' }),
      /spec\.clusterIPs\[0\]: Invalid value: "None": may not be set to 'None' for NodePort services/,
    ],
    [
      set({ loadBalancerClass: 'a' }),
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [set({ allocateLoadBalancerNodePorts: false }), /allocateLoadBalancerNodePorts: Forbidden/],
    [set({ loadBalancerSourceRanges: ['10.0.0.0/8'] }), /LoadBalancerSourceRanges: Forbidden/],
    [
      set({ type: 'LoadBalancer', loadBalancerSourceRanges: ['x'] }),
      /LoadBalancerSourceRanges\[0\]: .*valid CIDR/,
    ],
    [set({ type: 'LoadBalancer', loadBalancerClass: 'a b' }), /loadBalancerClass: Invalid value: "a b"/],
    [set({ externalTrafficPolicy: 'Local' }), /may only be set for externally-accessible services$/],
    [set({ type: 'NodePort', externalTrafficPolicy: 'x' }), /externalTrafficPolicy: Unsupported value: "x"/],
    [set({ internalTrafficPolicy: 'x' }), /internalTrafficPolicy: Unsupported value: "x"/],
    [set({ trafficDistribution: 'x' }), /trafficDistribution: Unsupported value: "x"/],
    [
      set({ healthCheckNodePort: 1 }),
      /healthCheckNodePort: Invalid value: 1: may only be set when `type` is/,
    ],
    [
      set({ sessionAffinity: 'x' }),
      'spec.sessionAffinity: Unsupported value: "x": supported values: "ClientIP", "None"',
    ],
    [
      set({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } }),
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
    ],
    [set({ selector: { 'a b': 'c' } }), /^spec\.selector: Invalid value: "a b"/],
    [
      (object) => (object.metadata.name = 'a.b'),
      'metadata.name: Invalid value: "a.b": must not contain dots',
    ],
  ])
  assert.deepEqual(
    read<Service>(service, sound({ type: 'ExternalName', externalName: 'a.' })).spec?.type,
    'ExternalName',
  )
})

test('addresses', () => {
  const path = 'spec.clusterIPs'
  refuses(service, sound, [
    [set({ clusterIP: 'x' }), /^spec\.clusterIPs\[0\]: Invalid value: "x": must be a valid IP address/],
    [set({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] }), /first value must match `clusterIP`$/],
    [
      set({ clusterIPs: ['None', '10.0.0.1'] }),
      `${path}: Invalid value: ["None","10.0.0.1"]: 'None' must be the first and only value`,
    ],
    [
      set({ clusterIPs: ['10.0.0.1', '10.0.0.2'], ipFamilies: ['IPv4'] }),
      /may specify no more than one IP for each IP family$/,
    ],
    [
      set({ clusterIP: '10.0.0.1', ipFamilies: ['IPv6'] }),
      `${path}[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by \`ipFamilies[0]\``,
    ],
    [set({ ipFamilies: ['IPv4', 'IPv4'] }), 'spec.ipFamilies[1]: Duplicate value: "IPv4"'],
    [
      set({ ipFamilies: ['x'] }),
      'spec.ipFamilies[0]: Unsupported value: "x": supported values: "IPv4", "IPv6"',
    ],
    [set({ ipFamilyPolicy: 'x' }), /ipFamilyPolicy: Unsupported value: "x"/],
    [set({ externalIPs: ['x'] }), /externalIPs\[0\]: Invalid value: "x": must be a valid IP address/],
    [set({ externalIPs: ['127.0.0.1'] }), /may not be in the loopback range \(127\.0\.0\.0\/8, ::1\/128\)$/],
    [set({ externalIPs: ['0.0.0.0'] }), /may not be unspecified \(0\.0\.0\.0\)$/],
    [set({ externalIPs: ['fe80::1'] }), /may not be in the link-local range/],
    [set({ externalIPs: ['224.0.0.1'] }), /may not be in the link-local multicast range/],
  ])
})

test('a new service says what its addresses are', () => {
  const families = (more: Partial<ServiceSpec>) => {
    const { spec } = stored<Service>(service, sound(more))
    return [spec?.clusterIP, spec?.clusterIPs, spec?.ipFamilies, spec?.ipFamilyPolicy]
  }
  assert.deepEqual(families({}), [undefined, undefined, ['IPv4'], 'SingleStack'])
  assert.deepEqual(families({ clusterIP: 'None' }), ['None', ['None'], ['IPv4'], 'SingleStack'])
  assert.deepEqual(families({ clusterIP: 'None', selector: {} })[3], 'RequireDualStack')
  assert.deepEqual(families({ clusterIPs: ['2001:db8::1'] }), [
    '2001:db8::1',
    ['2001:db8::1'],
    ['IPv6'],
    'SingleStack',
  ])
  assert.deepEqual(families({ type: 'ExternalName', externalName: 'a' })[3], undefined)
  const named = stored<Service>(service, {
    ...sound(),
    status: { loadBalancer: { ingress: [{ ip: '1.1.1.1' }] } },
  })
  assert.deepEqual(named.status, { loadBalancer: {} })
})

test('what a service was given stays', () => {
  const given = sound({ clusterIP: '10.0.0.1' })
  const balancer = sound({ type: 'LoadBalancer', loadBalancerClass: 'a/b' })
  const rows: [Service, (object: Service) => unknown, ...(string | RegExp)[]][] = [
    [given, set({ clusterIP: '10.0.0.2' }), /spec\.clusterIPs\[0\]: .*may not change once set$/],
    [given, set({ ipFamilies: ['IPv6'] }), /expected an IPv6/, /ipFamilies\[0\]: .*may not change once set$/],
    [
      balancer,
      set({ loadBalancerClass: 'c/d' }),
      'spec.loadBalancerClass: Invalid value: "c/d": may not change once set',
    ],
    [given, set({ type: 'ExternalName', externalName: 'a' })],
    [given, (object) => delete object.spec?.clusterIP],
    [balancer, set({ type: 'ClusterIP' })],
  ]
  for (const [before, change, ...expected] of rows) {
    told(write(service, stored<Service>(service, before), change).faults, expected, String(change))
  }
  const cleared = write(service, stored<Service>(service, given), (object) => {
    delete object.spec?.clusterIP
    delete object.spec?.clusterIPs
  })
  assert.equal(cleared.object.spec?.clusterIP, '10.0.0.1')
  const plain = write(service, stored<Service>(service, balancer), set({ type: 'ClusterIP' })).object.spec
  assert.deepEqual([plain?.loadBalancerClass, plain?.externalTrafficPolicy], [undefined, undefined])
})

test('a load balancer tells its addresses in the status', () => {
  const before = stored<Service>(service, sound({ type: 'LoadBalancer' }))
  const ingress =
    (...list: object[]) =>
    (object: Service) => {
      object.status = { loadBalancer: { ingress: list as never } }
      set({ type: 'ClusterIP' })(object)
    }
  const { object, faults } = write(service, before, ingress({ ip: '1.1.1.1' }), 'status')
  assert.deepEqual(faults, [
    `status.loadBalancer.ingress[0].ipMode: Required value: must be specified when \`ip\` is set`,
  ])
  assert.equal(object.spec?.type, 'LoadBalancer')
  const mode = { ip: '1.1.1.1', ipMode: 'VIP' }
  assert.deepEqual(write(service, before, ingress(mode), 'status').faults, [])
  const rows: [object, RegExp][] = [
    [{ ...mode, ip: 'x' }, /ip: Invalid value: "x"/],
    [{ ...mode, ipMode: 'x' }, /ipMode: Unsupported value: "x": supported values: "Proxy", "VIP"/],
    [{ ipMode: 'VIP' }, /ipMode: Forbidden: may not be specified when `ip` is not set/],
    [{ hostname: 'A' }, /hostname: Invalid value: "A"/],
    [{ hostname: '1.1.1.1' }, /must be a DNS name, not an IP address$/],
  ]
  for (const [one, expected] of rows) {
    assert.match(write(service, before, ingress(one), 'status').faults.join(), expected)
  }
  const plain = stored<Service>(service, sound())
  assert.match(
    write(service, plain, ingress(mode), 'status').faults.join(),
    /may only be used when `spec\.type` is/,
  )
})

test('a row tells how to reach a service', () => {
  const cells = (object: Service) =>
    ['Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Selector'].map((name) =>
      service.cells[name]?.(object, 0),
    )
  assert.deepEqual(cells(stored(service, sound({ clusterIP: '10.0.0.1' }))), [
    'ClusterIP',
    '10.0.0.1',
    '<none>',
    '80/TCP',
    'app=web',
  ])
  const balancer = stored<Service>(
    service,
    sound({ type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_080 }] }),
  )
  assert.deepEqual(cells(balancer).slice(2, 4), ['<pending>', '80:30080/TCP'])
  balancer.status = { loadBalancer: { ingress: [{ hostname: 'b' }, { ip: '1.1.1.1' }] } }
  assert.equal(cells(balancer)[2], '1.1.1.1,b')
  const named = stored<Service>(
    service,
    sound({ type: 'ExternalName', externalName: 'a.b', ports: [], selector: {} }),
  )
  assert.deepEqual(cells(named).slice(2), ['a.b', '<none>', '<none>'])
})

test('a second address may come and go, the first stays', () => {
  const spec = (clusterIPs: string[], ipFamilies: string[], ipFamilyPolicy = 'PreferDualStack') =>
    stored<Service>(service, sound({ clusterIPs, ipFamilies, ipFamilyPolicy }))
  const one = spec(['10.0.0.1'], ['IPv4'])
  const two = spec(['10.0.0.1', '2001:db8::1'], ['IPv4', 'IPv6'])
  const single = spec(['10.0.0.1'], ['IPv4'], 'SingleStack')
  const other = spec(['2001:db8::1'], ['IPv6'], 'SingleStack')
  const none = spec([], [])
  const faults = (next: Service, old: Service) =>
    [...serviceChangeErrors(next, old)].map(({ path, body }) => `${path}: ${body}`)
  assert.deepEqual(faults(two, one), [])
  assert.deepEqual(faults(single, two), [])
  assert.deepEqual(faults(one, two), [
    'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary clusterIP',
    'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary ipFamily',
  ])
  assert.match(faults(other, two)[0] ?? '', /^spec\.clusterIPs\[0\]: .*may not change once set$/)
  assert.match(faults(none, one)[0] ?? '', /^spec\.clusterIPs\[0\]: .*primary clusterIP can not be unset$/)
  const headless = stored<Service>(service, sound({ clusterIP: 'None' }))
  assert.deepEqual(faults(headless, headless), [])
})

test('a health check port is told once', () => {
  const local = (healthCheckNodePort: number) =>
    stored<Service>(
      service,
      sound({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort }),
    )
  const change = (more: Partial<ServiceSpec>) => write(service, local(30_000), set(more))
  assert.deepEqual(change({ healthCheckNodePort: 30_001 }).faults, [
    'spec.healthCheckNodePort: Forbidden: field is immutable',
  ])
  assert.deepEqual(change({ healthCheckNodePort: 70_000 }).faults.slice(0, 1), [
    'spec.healthCheckNodePort: Invalid value: 70000: must be between 1 and 65535, inclusive',
  ])
  const { object, faults } = change({ externalTrafficPolicy: 'Cluster' })
  assert.deepEqual([object.spec?.healthCheckNodePort, faults], [undefined, []])
})

test('ports of the nodes stay with a service that has some, and go with its type', () => {
  const ports = [{ port: 80, nodePort: 30_080 }]
  const before = stored<Service>(service, sound({ type: 'NodePort', ports }))
  const left = write(service, before, set({ ports: [{ port: 80 }] }))
  assert.deepEqual([left.object.spec?.ports?.[0]?.nodePort, left.faults], [30_080, []])
  const plain = write(service, before, set({ type: 'ClusterIP' }))
  assert.deepEqual([plain.object.spec?.ports?.[0]?.nodePort, plain.faults], [undefined, []])
})

test('one of two address fields is enough', () => {
  const before = stored<Service>(service, sound({ clusterIP: '10.0.0.1' }))
  const kept = write(service, before, (object) => delete object.spec?.clusterIPs).object.spec
  assert.deepEqual([kept?.clusterIP, kept?.clusterIPs], ['10.0.0.1', ['10.0.0.1']])
  refuses(service, sound, [
    [
      set({ clusterIPs: [''] }),
      /must be empty when `clusterIP` is not specified$/,
      /clusterIPs\[0\]: Invalid value: ""/,
    ],
    [
      set({
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: {},
        clusterIPs: ['1.1.1.1', '2.2.2.2', '3.3.3.3'],
      }),
      /may only hold up to 2 values$/,
      /no more than one IP for each IP family$/,
    ],
  ])
})
