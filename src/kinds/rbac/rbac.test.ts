import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type { ClusterRole, PolicyRule, RoleBinding, Subject } from '../gen/rbac-v1.ts'
import { clusterRoleBinding } from './cluster-role-binding.ts'
import { clusterRole } from './cluster-role.ts'
import { roleBinding } from './role-binding.ts'
import { role } from './role.ts'

const rule: PolicyRule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }
const urls: PolicyRule = { nonResourceURLs: ['/healthz'], verbs: ['get'] }
const rules =
  (...rules: PolicyRule[]) =>
  (object: { rules?: PolicyRule[] }) => {
    object.rules = rules
  }

test('rules of a role', () => {
  const sound = () => ({ metadata: { name: 'system:a', namespace: 'default' }, rules: [{ ...rule }] })
  refuses<ReturnType<typeof sound>>(role, sound, [
    [(object) => (object.metadata.name = 'a/b'), `metadata.name: Invalid value: "a/b": may not contain '/'`],
    [rules({ ...rule, verbs: [] }), 'rules[0].verbs: Required value: verbs must contain at least one value'],
    [
      rules(rule, { verbs: ['get'] }),
      'rules[1].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[1].resources: Required value: resource rules must supply at least one resource',
    ],
    [
      rules(urls),
      'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs',
    ],
  ])
})

test('rules of a role for the whole cluster', () => {
  const sound = (): ClusterRole => ({ metadata: { name: 'a' }, rules: [{ ...rule }, { ...urls }] })
  const path = 'aggregationRule.clusterRoleSelectors'
  const selectors =
    (...clusterRoleSelectors: object[]) =>
    (object: ClusterRole) => {
      object.aggregationRule = { clusterRoleSelectors }
    }
  refuses(clusterRole, sound, [
    [
      rules({ ...urls, ...rule }),
      'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
    [rules({ ...urls, verbs: [] }), 'rules[0].verbs: Required value: verbs must contain at least one value'],
    [
      selectors(),
      `${path}: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil`,
    ],
    [
      selectors({}, { matchLabels: { 'a b': 'c' } }),
      /^aggregationRule\.clusterRoleSelectors\[1\]\.matchLabels: Invalid value: "a b"/,
      `${path}[1]: Invalid value: null: invalid label selector.`,
    ],
    [
      selectors({ matchExpressions: [{ key: 'a', operator: 'x' }] }),
      `${path}[0].matchExpressions[0].operator: Invalid value: "x": not a valid selector operator`,
      `${path}[0]: Invalid value: null: invalid label selector.`,
    ],
    [
      (object) => (object.metadata.namespace = 'default'),
      'metadata.namespace: Forbidden: not allowed on this type',
    ],
  ])
})

const binding = (...subjects: Partial<Subject>[]): RoleBinding => ({
  metadata: { name: 'a', namespace: 'default' },
  roleRef: { kind: 'ClusterRole', name: 'view' },
  subjects: subjects as Subject[],
})
const roleRef = (change: object) => (object: RoleBinding) => Object.assign(object.roleRef, change)
const subject = (subject: Partial<Subject>) => (object: RoleBinding) => {
  object.subjects = [subject as Subject]
}
const group = 'rbac.authorization.k8s.io'

test('a binding names a role and whom it is for', () => {
  refuses<RoleBinding>(roleBinding, binding, [
    [roleRef({ apiGroup: 'x' }), `roleRef.apiGroup: Unsupported value: "x": supported values: "${group}"`],
    [roleRef({ kind: 'x' }), 'roleRef.kind: Unsupported value: "x": supported values: "Role", "ClusterRole"'],
    [roleRef({ name: '' }), 'roleRef.name: Required value'],
    [roleRef({ name: 'a%' }), `roleRef.name: Invalid value: "a%": may not contain '%'`],
    [subject({ kind: 'User' }), 'subjects[0].name: Required value'],
    [subject({ kind: 'Group' }), 'subjects[0].name: Required value'],
    [
      subject({ kind: 'User', name: 'a', apiGroup: 'x' }),
      `subjects[0].apiGroup: Unsupported value: "x": supported values: "${group}"`,
    ],
    [
      subject({ kind: 'Group', name: 'a', apiGroup: 'x' }),
      `subjects[0].apiGroup: Unsupported value: "x": supported values: "${group}"`,
    ],
    [
      subject({ kind: 'Robot', name: 'a' }),
      'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
    ],
    [
      subject({ kind: 'ServiceAccount', name: 'A' }),
      /^subjects\[0\]\.name: Invalid value: "A": a lowercase RFC 1123 subdomain/,
    ],
    [subject({ kind: 'ServiceAccount' }), 'subjects[0].name: Required value'],
    [
      subject({ kind: 'ServiceAccount', name: 'a', apiGroup: 'x' }),
      'subjects[0].apiGroup: Unsupported value: "x": supported values: ""',
    ],
  ])
})

test('a binding for the whole cluster is stricter', () => {
  const sound = () => {
    const { metadata, ...rest } = binding({ kind: 'ServiceAccount', name: 'a', namespace: 'b' })
    return { ...rest, metadata: { name: metadata.name as string } }
  }
  refuses<RoleBinding>(clusterRoleBinding, sound, [
    [roleRef({ kind: 'Role' }), 'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    [subject({ kind: 'ServiceAccount', name: 'a' }), 'subjects[0].namespace: Required value'],
  ])
})

test('a binding keeps its role', () => {
  const old = stored<RoleBinding>(roleBinding, binding())
  told(
    write(roleBinding, old, roleRef({ name: 'edit' })).faults,
    [
      `roleRef: Invalid value: {"APIGroup":"${group}","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef`,
    ],
    'roleRef',
  )
  assert.deepEqual(write(roleBinding, old, subject({ kind: 'User', name: 'a' })).faults, [])
})

test('groups are filled in, and rows show whom a binding is for', () => {
  const object = read<RoleBinding>(
    roleBinding,
    binding(
      { kind: 'User', name: 'ann' },
      { kind: 'User', name: 'bob' },
      { kind: 'Group', name: 'devs' },
      { kind: 'ServiceAccount', name: 'a', namespace: 'b' },
    ),
  )
  assert.deepEqual(
    object.subjects?.map(({ apiGroup }) => apiGroup),
    [group, group, group, undefined],
  )
  const cells = ['Role', 'Users', 'Groups', 'ServiceAccounts'].map((name) =>
    roleBinding.cells[name]?.(object, 0),
  )
  assert.deepEqual(cells, ['ClusterRole/view', 'ann, bob', 'devs', 'b/a'])
  const created = { metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' } }
  assert.equal(role.cells['Created At']?.(created, 0), '2026-01-01T00:00:00Z')
})
