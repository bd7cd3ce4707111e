/** A role that every cluster has. */
export interface WantedRole {
  readonly name: string
  /** Each a rule. */
  readonly lines: readonly string[]
  /** The role that gathers the rules of this one. */
  readonly gatheredBy?: string
  /** Gathers the rules of the roles that say so. */
  readonly gathers?: boolean
}

/** Writing events of either form. */
export const eventLine = 'create patch update | core events.k8s.io | events'

const userFacing: readonly WantedRole[] = [
  { name: 'cluster-admin', lines: ['* | * | *', '* | *'] },
  { name: 'admin', gathers: true, lines: [] },
  { name: 'edit', gathers: true, gatheredBy: 'admin', lines: [] },
  { name: 'view', gathers: true, gatheredBy: 'edit', lines: [] },
  {
    name: 'system:aggregate-to-admin',
    gatheredBy: 'admin',
    lines: [
      'create | authorization.k8s.io | localsubjectaccessreviews',
      'READ WRITE | rbac.authorization.k8s.io | rolebindings roles',
    ],
  },
  {
    name: 'system:aggregate-to-edit',
    gatheredBy: 'edit',
    lines: [
      'READ | core | pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy',
      'impersonate | core | serviceaccounts',
      'WRITE | core | pods pods/attach pods/exec pods/portforward pods/proxy',
      'create | core | pods/eviction',
      'WRITE | core | configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
      'create | core | serviceaccounts/token',
      'WRITE | apps | daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
      'WRITE | autoscaling | horizontalpodautoscalers',
      'WRITE | batch | cronjobs jobs',
      'WRITE | extensions | daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
      'WRITE | policy | poddisruptionbudgets',
      'WRITE | networking.k8s.io | ingresses networkpolicies',
      'READ WRITE | coordination.k8s.io | leases',
      'WRITE | resource.k8s.io | resourceclaims resourceclaimtemplates',
    ],
  },
  {
    name: 'system:aggregate-to-view',
    gatheredBy: 'view',
    lines: [
      'READ | core | configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
      'READ | core | bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
      'READ | core | namespaces',
      'READ | discovery.k8s.io | endpointslices',
      'READ | apps | controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
      'READ | autoscaling | horizontalpodautoscalers horizontalpodautoscalers/status',
      'READ | batch | cronjobs cronjobs/status jobs jobs/status',
      'READ | extensions | daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
      'READ | policy | poddisruptionbudgets poddisruptionbudgets/status',
      'READ | networking.k8s.io | ingresses ingresses/status networkpolicies',
      'READ | resource.k8s.io | resourceclaims resourceclaims/status resourceclaimtemplates',
    ],
  },
]

const everybody: readonly WantedRole[] = [
  {
    name: 'system:discovery',
    lines: ['get | /api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/'],
  },
  {
    name: 'system:monitoring',
    lines: ['get | /healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*'],
  },
  {
    name: 'system:basic-user',
    lines: [
      'create | authorization.k8s.io | selfsubjectaccessreviews selfsubjectrulesreviews',
      'create | authentication.k8s.io | selfsubjectreviews',
    ],
  },
  { name: 'system:public-info-viewer', lines: ['get | /healthz /livez /readyz /version /version/'] },
  {
    name: 'system:service-account-issuer-discovery',
    lines: [
      'get | /.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/',
    ],
  },
]

const certificates: readonly WantedRole[] = [
  ...['nodeclient', 'selfnodeclient'].map((name) => ({
    name: `system:certificates.k8s.io:certificatesigningrequests:${name}`,
    lines: [`create | certificates.k8s.io | certificatesigningrequests/${name}`],
  })),
  ...['legacy-unknown', 'kubelet-serving', 'kube-apiserver-client', 'kube-apiserver-client-kubelet'].map(
    (name) => ({
      name: `system:certificates.k8s.io:${name}-approver`,
      lines: [`approve | certificates.k8s.io | signers | kubernetes.io/${name}`],
    }),
  ),
]

const components: readonly WantedRole[] = [
  {
    name: 'system:node-problem-detector',
    lines: ['get | core | nodes', 'patch | core | nodes/status', eventLine],
  },
  {
    name: 'system:kubelet-api-admin',
    lines: [
      'READ | core | nodes',
      'proxy | core | nodes',
      '* | core | nodes/configz nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats',
    ],
  },
  {
    name: 'system:node-bootstrapper',
    lines: ['create READ | certificates.k8s.io | certificatesigningrequests'],
  },
  {
    name: 'system:auth-delegator',
    lines: [
      'create | authentication.k8s.io | tokenreviews',
      'create | authorization.k8s.io | subjectaccessreviews',
    ],
  },
  { name: 'system:kube-aggregator', lines: ['READ | core | endpoints services'] },
  {
    name: 'system:kube-controller-manager',
    lines: [
      eventLine,
      'create | coordination.k8s.io | leases',
      'get update | coordination.k8s.io | leases | kube-controller-manager',
      'create | core | secrets serviceaccounts',
      'delete | core | secrets',
      'get | core | configmaps namespaces secrets serviceaccounts',
      'update | core | secrets serviceaccounts',
      'create | authentication.k8s.io | tokenreviews',
      'create | authorization.k8s.io | subjectaccessreviews',
      'list watch | * | *',
      'create | core | serviceaccounts/token',
    ],
  },
  { name: 'system:kube-dns', lines: ['list watch | core | endpoints services'] },
  {
    name: 'system:persistent-volume-provisioner',
    lines: [
      'create delete READ | core | persistentvolumes',
      'READ update | core | persistentvolumeclaims',
      'READ | storage.k8s.io | storageclasses',
      'watch | core | events',
      eventLine,
    ],
  },
  {
    name: 'system:volume-scheduler',
    lines: [
      'READ patch update | core | persistentvolumes',
      'READ | storage.k8s.io | storageclasses',
      'READ patch update | core | persistentvolumeclaims',
    ],
  },
  {
    name: 'system:node-proxier',
    lines: [
      'list watch | core | endpoints services',
      'READ | core | nodes',
      eventLine,
      'list watch | networking.k8s.io | servicecidrs',
      'list watch | discovery.k8s.io | endpointslices',
    ],
  },
  {
    name: 'system:kube-scheduler',
    lines: [
      eventLine,
      'create | coordination.k8s.io | leases',
      'get update | coordination.k8s.io | leases | kube-scheduler',
      'READ | core | nodes',
      'delete READ | core | pods',
      'create | core | bindings pods/binding',
      'patch update | core | pods/status',
      'READ | core | replicationcontrollers services',
      'READ | apps extensions | replicasets',
      'READ | apps | statefulsets',
      'READ | policy | poddisruptionbudgets',
      'READ | core | persistentvolumeclaims persistentvolumes',
      'create | authentication.k8s.io | tokenreviews',
      'create | authorization.k8s.io | subjectaccessreviews',
      'READ | storage.k8s.io | csinodes',
      'READ | core | namespaces',
      'READ | storage.k8s.io | csidrivers',
      'READ | storage.k8s.io | csistoragecapacities',
      'READ | resource.k8s.io | deviceclasses devicetaintrules resourceclaims resourceslices',
      'patch READ update | resource.k8s.io | resourceclaims/status',
      'patch READ update | core | pods/finalizers',
    ],
  },
]

/** The roles of every cluster for people, programs and the parts of the control plane. */
export const clusterRoles: readonly WantedRole[] = [
  ...userFacing,
  ...everybody,
  ...certificates,
  ...components,
]
