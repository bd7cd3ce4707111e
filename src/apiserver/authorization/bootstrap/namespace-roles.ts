import { eventLine } from './cluster-roles.ts'

/** A role that a namespace of every cluster has, and who has it. */
export interface NamespaceRole {
  readonly namespace: string
  readonly name: string
  readonly lines: readonly string[]
  /** The binding's name, where it is not the role's. */
  readonly binding?: string
  readonly users?: readonly string[]
  /** Service accounts of kube-system. */
  readonly accounts?: readonly string[]
}

const system = 'kube-system'
const leaderLock = (component: string, others: readonly string[]): NamespaceRole => ({
  namespace: system,
  name: `system::leader-locking-${component}`,
  lines: ['watch | core | configmaps', `get update | core | configmaps | ${component}`, ...others],
  users: [`system:${component}`],
  accounts: [component],
})

/** The roles of namespaces, and their bindings. */
export const namespaceRoles: readonly NamespaceRole[] = [
  {
    namespace: system,
    name: 'extension-apiserver-authentication-reader',
    lines: ['READ | core | configmaps | extension-apiserver-authentication'],
    binding: 'system::extension-apiserver-authentication-reader',
    users: ['system:kube-controller-manager', 'system:kube-scheduler'],
  },
  {
    namespace: system,
    name: 'system:controller:bootstrap-signer',
    lines: ['READ | core | secrets'],
    accounts: ['bootstrap-signer'],
  },
  {
    namespace: system,
    name: 'system:controller:cloud-provider',
    lines: ['create READ | core | configmaps'],
    accounts: ['cloud-provider'],
  },
  {
    namespace: system,
    name: 'system:controller:token-cleaner',
    lines: ['delete READ | core | secrets', eventLine],
    accounts: ['token-cleaner'],
  },
  leaderLock('kube-controller-manager', ['create READ update | coordination.k8s.io | leases']),
  leaderLock('kube-scheduler', []),
  {
    namespace: 'kube-public',
    name: 'system:controller:bootstrap-signer',
    lines: ['READ | core | configmaps', 'update | core | configmaps | cluster-info', eventLine],
    accounts: ['bootstrap-signer'],
  },
]
