// Thousands of generated decisions, held against an evaluator that knows nothing of indexes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClusterRole, PolicyRule, RoleBinding, Subject } from '#kinds/gen/rbac-v1'
import { seededRandom } from '#testkit/seeded-random'
import type { Registry } from '../../registry/registry.ts'
import { ResourceCache } from '../../watch-cache/cache.ts'
import type { Entry } from '../../watch-cache/entry.ts'
import type { Access } from '../contract.ts'
import { Policy } from './policy.ts'
import { rbacAuthorizer } from './rbac-authorizer.ts'

const random = seededRandom(7)
const upTo = (max: number) => Math.floor(random.next() * max)
const one = <T>(list: readonly T[]): T => list[upTo(list.length)] as T
const some = <T>(list: readonly T[], max = 3): T[] => Array.from({ length: 1 + upTo(max) }, () => one(list))

const namespaces = ['red', 'green', 'blue']
const users = ['ann', 'bob', 'system:serviceaccount:red:robot', 'system:serviceaccount:blue:robot']
const groups = ['dev', 'ops', 'system:serviceaccounts', 'system:authenticated']
const verbs = ['get', 'list', 'watch', 'create', 'delete', '*']
const apiGroups = ['', 'apps', 'batch', '*']
const resources = [
  'pods',
  'pods/log',
  'pods/exec',
  'deployments',
  'deployments/scale',
  'jobs',
  '*/scale',
  '*/log',
  '*',
]
const objectNames = ['a', 'b', 'c']
const paths = ['/healthz', '/healthz/*', '/api*', '/metrics', '*', '/logs/x']

const chance = (part: number) => random.next() < part
const ruleOf = (isCluster: boolean): PolicyRule =>
  isCluster && chance(0.3)
    ? { verbs: some(verbs, 2), nonResourceURLs: some(paths, 2) }
    : {
        verbs: some(verbs, 2),
        apiGroups: some(apiGroups, 2),
        resources: some(resources, 2),
        ...(chance(0.3) && { resourceNames: some(objectNames, 2) }),
      }

const roleNames = Array.from({ length: 12 }, (_, i) => `role-${i}`)
const role = (name: string, namespace: string): ClusterRole => ({
  metadata: { name, ...(namespace !== '' && { namespace }) },
  rules: Array.from({ length: upTo(6) }, () => ruleOf(namespace === '')),
})
const subject = (isCluster: boolean): Subject => {
  const kind = one(['User', 'Group', 'ServiceAccount'])
  if (kind === 'User') return { kind, name: one(users) }
  if (kind === 'Group') return { kind, name: one(groups) }
  return { kind, name: 'robot', ...((isCluster || chance(0.5)) && { namespace: one(namespaces) }) }
}
const binding = (name: string, namespace: string): RoleBinding => ({
  metadata: { name, ...(namespace !== '' && { namespace }) },
  roleRef: {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: namespace === '' || chance(0.5) ? 'ClusterRole' : 'Role',
    // Some roles are not there.
    name: `role-${upTo(14)}`,
  },
  subjects: Array.from({ length: 1 + upTo(3) }, () => subject(namespace === '')),
})

type Named = { readonly metadata: { readonly name?: string; readonly namespace?: string } }
const entryOf = (object: Named): Entry => {
  const { name = '', namespace = '' } = object.metadata
  return {
    key: `${namespace}/${name}`,
    name,
    namespace,
    revision: 1,
    bytes: Buffer.alloc(0),
    object,
  } as unknown as Entry
}

/** A registry that is nothing but caches of these objects. */
function registryOf(all: Readonly<Record<string, readonly Named[]>>) {
  const caches = new Map<string, ResourceCache>()
  for (const [plural, objects] of Object.entries(all)) {
    const cache = new ResourceCache({ keepMs: 0, bytesMax: 0 })
    cache.reset(
      objects.map(entryOf).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      1,
    )
    caches.set(plural, cache)
  }
  const registry = { inGroup: (_: string, plural: string) => ({ cache: caches.get(plural) }) }
  return { registry: registry as unknown as Registry, caches }
}

interface World {
  clusterroles: ClusterRole[]
  roles: ClusterRole[]
  clusterrolebindings: RoleBinding[]
  rolebindings: RoleBinding[]
}

/** The documentation's words as loops: every binding, every subject, every rule. */
function naive(world: World, { user, ...access }: Access): boolean {
  const everyBinding = [
    ...world.clusterrolebindings,
    ...world.rolebindings.filter(
      ({ metadata }) => access.namespace !== '' && metadata.namespace === access.namespace,
    ),
  ]
  for (const { metadata, roleRef, subjects = [] } of everyBinding) {
    const isMeant = subjects.some(({ kind, name, namespace }) => {
      switch (kind) {
        case 'User':
          return user.name === name
        case 'Group':
          return user.groups.includes(name)
        default: {
          const home = namespace ?? metadata.namespace
          return home !== undefined && user.name === ['system', 'serviceaccount', home, name].join(':')
        }
      }
    })
    if (!isMeant) continue
    const list = roleRef.kind === 'ClusterRole' ? world.clusterroles : world.roles
    const found = list.find(
      (role) =>
        role.metadata.name === roleRef.name &&
        (roleRef.kind === 'ClusterRole' || role.metadata.namespace === metadata.namespace),
    )
    for (const rule of found?.rules ?? []) if (naiveRule(rule, access)) return true
  }
  return false
}

const glob = (pattern: string, text: string) =>
  pattern === '*' || pattern === text || (pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1)))

function naiveRule(rule: PolicyRule, access: Omit<Access, 'user'>): boolean {
  const verb = rule.verbs.some((one) => one === '*' || one === access.verb)
  if (!access.isResource) return verb && (rule.nonResourceURLs ?? []).some((url) => glob(url, access.path))
  const whole = access.subresource === '' ? access.resource : `${access.resource}/${access.subresource}`
  const fits = (pattern: string) =>
    pattern === '*' ||
    pattern === whole ||
    (access.subresource !== '' && pattern === `*/${access.subresource}`)
  return (
    verb &&
    (rule.apiGroups ?? []).some((one) => one === '*' || one === access.group) &&
    (rule.resources ?? []).some(fits) &&
    (rule.resourceNames === undefined || rule.resourceNames.some((name) => name === access.name))
  )
}

function anyAccess(): Access {
  const [resource = '', subresource = ''] = one([
    'pods',
    'pods/log',
    'pods/exec',
    'deployments',
    'deployments/scale',
    'jobs',
    'secrets',
  ]).split('/')
  const isResource = chance(0.8)
  return {
    user: { name: one([...users, 'eve']), groups: some([...groups, 'none']) },
    verb: one(['get', 'list', 'watch', 'create', 'delete', 'patch']),
    isResource,
    version: 'v1',
    group: isResource ? one(['', 'apps', 'batch', 'x']) : '',
    namespace: isResource ? one(['', ...namespaces]) : '',
    resource: isResource ? resource : '',
    subresource: isResource ? subresource : '',
    name: one(['', ...objectNames]),
    path: one(['/healthz', '/healthz/ping', '/api', '/apis/apps', '/metrics', '/logs/x', '/x']),
  }
}

const makeWorld = (): World => ({
  clusterroles: roleNames.map((name) => role(name, '')),
  roles: namespaces.flatMap((namespace) => roleNames.map((name) => role(name, namespace))),
  clusterrolebindings: Array.from({ length: 5 }, (_, i) => binding(`b-${i}`, '')),
  rolebindings: namespaces.flatMap((namespace) =>
    Array.from({ length: 8 }, (_, i) => binding(`b-${i}`, namespace)),
  ),
})

test('4,000 decisions agree with a naive evaluator, half of them after changes', () => {
  let allowed = 0
  for (let round = 0; round < 20; round++) {
    const world = makeWorld()
    const { registry, caches } = registryOf({ ...world })
    const authorizer = rbacAuthorizer(Policy.following(registry))
    for (let turn = 0; turn < 200; turn++) {
      if (turn === 100) change(world, caches)
      const access = anyAccess()
      const verdict = authorizer.authorize(access) as { decision: string; reason: string }
      assert.equal(verdict.decision === 'allow', naive(world, access), JSON.stringify({ access, verdict }))
      if (verdict.decision === 'allow') allowed++
    }
  }
  assert.ok(allowed > 400 && allowed < 3_600, `${allowed} of 4,000 allowed`)
})

/** Replaces and takes away some of everything, as a watch tells it. */
function change(world: World, caches: ReadonlyMap<string, ResourceCache>): void {
  for (const [plural, list] of Object.entries(world) as [keyof World, Named[]][]) {
    const cache = caches.get(plural) as ResourceCache
    for (let i = 0; i < list.length; i++) {
      if (chance(0.6)) continue
      const { name = '', namespace = '' } = (list[i] as Named).metadata
      const next: Named = plural.endsWith('bindings') ? binding(name, namespace) : role(name, namespace)
      if (chance(0.3)) {
        cache.tell([cache.remove(entryOf(list[i] as Named), 0)])
        list.splice(i--, 1)
      } else {
        cache.tell([cache.put(entryOf(next), 0)])
        list[i] = next
      }
    }
  }
}

test('a decision takes microseconds at 10,000 bindings', () => {
  const count = 10_000
  const many: World = {
    clusterroles: [
      { metadata: { name: 'reader' }, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
    ],
    roles: [],
    clusterrolebindings: [],
    rolebindings: Array.from({ length: count }, (_, i) => ({
      metadata: { name: `b-${i}`, namespace: `ns-${i % 100}` },
      roleRef: { kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'User', name: `user-${i}` }],
    })),
  }
  const authorizer = rbacAuthorizer(Policy.following(registryOf({ ...many }).registry))
  const access = (i: number, resource: string): Access => ({
    ...anyAccess(),
    user: { name: `user-${i}`, groups: ['dev', 'system:authenticated'] },
    isResource: true,
    verb: 'get',
    group: '',
    resource,
    subresource: '',
    namespace: `ns-${i % 100}`,
  })
  const asked = Array.from({ length: count }, (_, i) => access(i, i % 2 === 0 ? 'pods' : 'secrets'))
  const timeAll = () => {
    const start = performance.now()
    let allowed = 0
    for (const one of asked)
      if ((authorizer.authorize(one) as { decision: string }).decision === 'allow') allowed++
    assert.equal(allowed, count / 2)
    return performance.now() - start
  }
  const best = Math.min(...Array.from({ length: 5 }, timeAll))
  console.log(
    `RBAC: ${Math.round((count / best) * 1000)} decisions/s at ${count} bindings, ${((best * 1000) / count).toFixed(2)} µs each`,
  )
  assert.ok(best / count < 0.05, 'a decision takes less than 50 µs, also on a busy machine')
})
