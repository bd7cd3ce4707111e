import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
import type { Ingress, IngressBackend, IngressClass, IngressSpec } from '../gen/networking-v1.ts'
import { ingressClass } from './ingress-class.ts'
import { ingress } from './ingress.ts'

const backend = (): IngressBackend => ({ service: { name: 'web', port: { number: 80 } } })
const sound = (): Ingress => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend() }] } }],
  },
})
const set = (more: Partial<IngressSpec>) => (object: Ingress) =>
  Object.assign(object.spec as IngressSpec, more)
const host = (host: string) => set({ rules: [{ host }] })
const path = (path: string, pathType = 'Exact') =>
  set({ rules: [{ http: { paths: [{ path, pathType, backend: backend() }] } }] })
const to = (defaultBackend: object) => set({ defaultBackend })
const service = (name: string, port: object) => to({ service: { name, port } })

test('rules of an ingress', () => {
  const at = 'spec.rules[0]'
  const p = `${at}.http.paths[0].path`
  refuses(ingress, sound, [
    [
      (object) => (object.spec = {}),
      'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
    ],
    [host('1.2.3.4'), `${at}.host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address`],
    [host('a_b'), /^spec\.rules\[0\]\.host: Invalid value: "a_b": a lowercase RFC 1123 subdomain/],
    [host('a.*'), /^spec\.rules\[0\]\.host: Invalid value: "a\.\*": a wildcard DNS-1123 subdomain must/],
    [set({ rules: [{ http: { paths: [] } }] }), `${at}.http.paths: Required value`],
    [
      set({ rules: [{ http: { paths: [{ backend: backend() } as never] } }] }),
      `${at}.http.paths[0].pathType: Required value: pathType must be specified`,
    ],
    [
      path('/', 'x'),
      `${at}.http.paths[0].pathType: Unsupported value: "x": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
    ],
    [path('a'), `${p}: Invalid value: "a": must be an absolute path`],
    [path(''), `${p}: Invalid value: "": must be an absolute path`],
    [path('a', 'ImplementationSpecific'), `${p}: Invalid value: "a": must be an absolute path`],
    [path('/a//b'), `${p}: Invalid value: "/a//b": must not contain '//'`],
    [path('/a/./b', 'Prefix'), `${p}: Invalid value: "/a/./b": must not contain '/./'`],
    [path('/a/../b'), `${p}: Invalid value: "/a/../b": must not contain '/../'`],
    [path('/a%2fb'), `${p}: Invalid value: "/a%2fb": must not contain '%2f'`],
    [path('/a%2Fb'), `${p}: Invalid value: "/a%2Fb": must not contain '%2F'`],
    [path('/a/..'), `${p}: Invalid value: "/a/..": cannot end with '/..'`],
    [path('/a/.'), `${p}: Invalid value: "/a/.": cannot end with '/.'`],
    [set({ ingressClassName: 'A' }), /^spec\.ingressClassName: Invalid value: "A": a lowercase/],
    [
      set({ tls: [{ hosts: ['A', '*'], secretName: 'S' }] }),
      /^spec\.tls\[0\]\.hosts\[0\]: Invalid value: "A": a lowercase/,
      /^spec\.tls\[0\]\.hosts\[1\]: Invalid value: "\*": a wildcard/,
      /^spec\.tls\[0\]\.secretName: Invalid value: "S": a lowercase/,
    ],
    [
      (object) => {
        object.metadata.annotations = { 'kubernetes.io/ingress.class': 'a' }
        set({ ingressClassName: 'b' })(object)
      },
      'annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified',
    ],
  ])
  for (const change of [
    path('', 'ImplementationSpecific'),
    path('/a//b', 'ImplementationSpecific'),
    host('*.b'),
  ]) {
    assert.deepEqual(write(ingress, stored<Ingress>(ingress, sound()), change).faults, [])
  }
})

test('where an ingress leads', () => {
  const at = 'spec.defaultBackend'
  const both = { resource: { kind: 'A', name: 'a' }, ...backend() }
  refuses(ingress, sound, [
    [to({}), `${at}: Invalid value: "": resource or service backend is required`],
    [to(both), `${at}: Invalid value: "": cannot set both resource and service backends`],
    [service('', { number: 80 }), `${at}.service.name: Required value`],
    [service('a.b', { number: 80 }), `${at}.service.name: Invalid value: "a.b": must not contain dots`],
    [
      service('a', { number: 80, name: 'b' }),
      `${at}: Invalid value: "": cannot set both port name & port number`,
    ],
    [service('a', {}), `${at}: Required value: port name or number is required`],
    [
      service('a', { number: 70_000 }),
      `${at}.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive`,
    ],
    [
      service('a', { name: 'b-' }),
      `${at}.service.port.name: Invalid value: "b-": must not begin or end with a hyphen`,
    ],
    [to({ resource: {} }), `${at}.resource.kind: Required value`, `${at}.resource.name: Required value`],
    [
      to({ resource: { apiGroup: 'A', kind: 'a/b', name: '..' } }),
      /^spec\.defaultBackend\.resource\.apiGroup: Invalid value: "A": a lowercase/,
      `${at}.resource.kind: Invalid value: "a/b": may not contain '/'`,
      `${at}.resource.name: Invalid value: "..": may not be '..'`,
    ],
  ])
})

test('the status of an ingress tells its addresses', () => {
  const old = stored<Ingress>(ingress, {
    ...sound(),
    status: { loadBalancer: { ingress: [{ ip: '1.1.1.1' }] } },
  })
  assert.deepEqual(old.status, { loadBalancer: {} })
  const at = 'status.loadBalancer.ingress[0]'
  const rows: [object, ...(string | RegExp)[]][] = [
    [{ ip: '1.1.1.1', hostname: 'a.b' }],
    [
      { ip: 'x' },
      `${at}.ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)`,
    ],
    [{ ip: '01.1.1.1' }, `${at}.ip: Invalid value: "01.1.1.1": must not have leading 0s`],
    [{ hostname: 'A' }, /hostname: Invalid value: "A": a lowercase/],
    [
      { hostname: '1.1.1.1' },
      `${at}.hostname: Invalid value: "1.1.1.1": must be a DNS name, not an IP address`,
    ],
  ]
  for (const [one, ...expected] of rows) {
    const change = (object: Ingress) => {
      object.status = { loadBalancer: { ingress: [one] } }
      object.spec = {}
    }
    const { object, faults } = write(ingress, old, change, 'status')
    told(faults, expected, JSON.stringify(one))
    assert.deepEqual(object.spec, old.spec)
    assert.equal(object.metadata.generation, 1)
  }
  assert.equal(write(ingress, old, set({ ingressClassName: 'a' })).object.metadata.generation, 2)
})

test('rows and warnings of an ingress', () => {
  const row = (object: Ingress) =>
    ['Hosts', 'Address', 'Ports'].map((name) => ingress.cells[name]?.(object, 0))
  const hosts = (...hosts: string[]): Ingress => ({
    metadata: { name: 'a' },
    spec: { rules: hosts.map((host) => ({ host })), tls: [{}] },
    status: { loadBalancer: { ingress: [{ hostname: 'b' }, { ip: '1.1.1.1' }] } },
  })
  assert.deepEqual(row({ metadata: {} }), ['*', '', '80'])
  assert.deepEqual(row(hosts('a', '', 'b', 'c')), ['a,b,c', '1.1.1.1,b', '80, 443'])
  assert.equal(row(hosts('a', 'b', 'c', 'd', 'e'))[0], 'a,b,c + 2 more...')
  const warned = (object: Ingress) => [...(ingress.rules.warnings?.(object) ?? [])]
  const annotated = { ...sound(), metadata: { annotations: { 'kubernetes.io/ingress.class': 'a' } } }
  assert.deepEqual(warned(annotated), [
    `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
  ])
  assert.deepEqual(warned({ ...annotated, metadata: { ...annotated.metadata, resourceVersion: '1' } }), [])
  assert.deepEqual(warned(sound()), [])
})

test('the class of ingresses', () => {
  const sound = (): IngressClass => ({ metadata: { name: 'a' }, spec: { controller: 'a.b/c' } })
  const controller = (controller: string) => (object: IngressClass) => {
    object.spec = { controller }
  }
  const reference = (parameters: object) => (object: IngressClass) => {
    object.spec = { controller: 'a.b/c', parameters: { kind: 'A', name: 'a', ...parameters } }
  }
  const at = 'spec.parameters'
  refuses(ingressClass, sound, [
    [controller(''), 'spec.controller: Required value'],
    [
      controller('a'),
      'spec.controller: Invalid value: "a": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [controller(`a/${'b'.repeat(249)}`), 'spec.controller: Too long: may not be more than 250 bytes'],
    [reference({ kind: '', name: '' }), `${at}.kind: Required value`, `${at}.name: Required value`],
    [reference({ apiGroup: '-' }), /^spec\.parameters\.apiGroup: Invalid value: "-": a lowercase/],
    [
      reference({ scope: 'x' }),
      `${at}.scope: Unsupported value: "x": supported values: "Cluster", "Namespace"`,
    ],
    [
      reference({ scope: 'Namespace' }),
      `${at}.namespace: Required value: \`parameters.scope\` is set to 'Namespace'`,
    ],
    [
      reference({ scope: 'Namespace', namespace: 'A' }),
      /^spec\.parameters\.namespace: Invalid value: "A": a lowercase RFC 1123 label/,
    ],
    [reference({ namespace: 'a' }), `${at}.namespace: Forbidden: \`parameters.scope\` is set to 'Cluster'`],
  ])
  const old = stored<IngressClass>(ingressClass, sound())
  const changed = write(ingressClass, old, controller('a.b/d'))
  assert.deepEqual(changed.faults, ['spec.controller: Invalid value: "a.b/d": field is immutable'])
  assert.equal(changed.object.metadata.generation, 2)
  const shown = {
    metadata: { name: 'a', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  }
  assert.equal(ingressClass.cells['Name']?.(shown, 0), 'a (default)')
  assert.equal(ingressClass.cells['Parameters']?.(shown, 0), '<none>')
  const { object } = write(ingressClass, old, reference({ apiGroup: 'x.y' }))
  assert.equal(ingressClass.cells['Parameters']?.(object, 0), 'A.x.y/a')
  assert.equal(object.spec?.parameters?.scope, 'Cluster')
})
