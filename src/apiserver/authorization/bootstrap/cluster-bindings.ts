/** Whom each of the roles of every cluster is bound to; users, groups, or service accounts of kube-system. */
export const clusterBindings: readonly {
  readonly role: string
  readonly groups?: readonly string[]
  readonly users?: readonly string[]
  readonly accounts?: readonly string[]
}[] = [
  { role: 'cluster-admin', groups: ['system:masters'] },
  { role: 'system:monitoring', groups: ['system:monitoring'] },
  { role: 'system:discovery', groups: ['system:authenticated'] },
  { role: 'system:basic-user', groups: ['system:authenticated'] },
  { role: 'system:public-info-viewer', groups: ['system:authenticated', 'system:unauthenticated'] },
  { role: 'system:node-proxier', users: ['system:kube-proxy'] },
  { role: 'system:kube-controller-manager', users: ['system:kube-controller-manager'] },
  { role: 'system:kube-dns', accounts: ['kube-dns'] },
  { role: 'system:kube-scheduler', users: ['system:kube-scheduler'] },
  { role: 'system:volume-scheduler', users: ['system:kube-scheduler'] },
  { role: 'system:service-account-issuer-discovery', groups: ['system:serviceaccounts'] },
  // Nodes have their own authorizer; the binding stays, for nobody.
  { role: 'system:node' },
]
