import type { ClusterRole, RoleBinding, Subject } from '#kinds/gen/rbac-v1'
import type { KubeObject } from '#schema/object'
import { rbacGroup } from '../rbac/policy.ts'
import { clusterBindings } from './cluster-bindings.ts'
import { clusterRoles, type WantedRole } from './cluster-roles.ts'
import { controllerRoles } from './controller-roles.ts'
import { namespaceRoles } from './namespace-roles.ts'
import { nodeRules } from './node-rules.ts'
import { ruleOfLine } from './rule-line.ts'

/** An object that a server sees to, by the plural of its kind. */
export interface WantedObject {
  readonly plural: string
  readonly object: KubeObject
}

/** Says on an object whether servers see to it; "false" is how an administrator keeps them from it. */
export const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate'

const controllerPrefix = 'system:controller:'
const gatherLabel = (role: string) => `rbac.authorization.k8s.io/aggregate-to-${role}`

const metaOf = (name: string, namespace = '', labels: Record<string, string> = {}) => ({
  name,
  ...(namespace !== '' && { namespace }),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { [autoUpdate]: 'true' },
})

function clusterRole({ name, lines, gathers, gatheredBy }: WantedRole): WantedObject {
  const labels = gatheredBy === undefined ? {} : { [gatherLabel(gatheredBy)]: 'true' }
  const metadata = metaOf(name, '', labels)
  const selector = { matchLabels: { [gatherLabel(name)]: 'true' } }
  const rules = gathers
    ? { aggregationRule: { clusterRoleSelectors: [selector] } }
    : { rules: lines.map(ruleOfLine) }
  return { plural: 'clusterroles', object: { metadata, ...rules } as ClusterRole as KubeObject }
}

interface Whom {
  readonly users?: readonly string[]
  readonly groups?: readonly string[]
  readonly accounts?: readonly string[]
}

const subjectsOf = ({ users = [], groups = [], accounts = [] }: Whom): Subject[] => [
  ...groups.map((name) => ({ kind: 'Group', apiGroup: rbacGroup, name })),
  ...users.map((name) => ({ kind: 'User', apiGroup: rbacGroup, name })),
  ...accounts.map((name) => ({ kind: 'ServiceAccount', namespace: 'kube-system', name })),
]

function binding(name: string, role: string, whom: Whom, namespace = ''): WantedObject {
  const subjects = subjectsOf(whom)
  const isClusters = namespace === ''
  const object = {
    metadata: metaOf(name, namespace),
    roleRef: { apiGroup: rbacGroup, kind: isClusters ? 'ClusterRole' : 'Role', name: role },
    ...(subjects.length > 0 && { subjects }),
  } satisfies RoleBinding
  return { plural: isClusters ? 'clusterrolebindings' : 'rolebindings', object: object as KubeObject }
}

const nodeRole: WantedObject = {
  plural: 'clusterroles',
  object: { metadata: metaOf('system:node'), rules: nodeRules } as ClusterRole as KubeObject,
}

const controllers = Object.entries(controllerRoles).flatMap(([account, lines]) => {
  const name = `${controllerPrefix}${account}`
  return [clusterRole({ name, lines }), binding(name, name, { accounts: [account] })]
})

const ofNamespaces = namespaceRoles.flatMap(({ namespace, name, lines, binding: bindingName, ...whom }) => [
  {
    plural: 'roles',
    object: { metadata: metaOf(name, namespace), rules: lines.map(ruleOfLine) } as unknown as KubeObject,
  },
  binding(bindingName ?? name, name, whom, namespace),
])

/** All roles and bindings of every cluster. */
export const wantedObjects: readonly WantedObject[] = [
  ...clusterRoles.map(clusterRole),
  nodeRole,
  ...clusterBindings.map(({ role, ...whom }) => binding(role, role, whom)),
  ...controllers,
  ...ofNamespaces,
]
