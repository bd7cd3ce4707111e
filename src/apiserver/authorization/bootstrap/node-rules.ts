import { ruleOfLine } from './rule-line.ts'

/** What every kubelet may do, where nothing narrower is known. */
export const nodeRules = [
  'create | authentication.k8s.io | tokenreviews',
  'create | authorization.k8s.io | localsubjectaccessreviews subjectaccessreviews',
  'READ | core | services',
  'create READ | core | nodes',
  'patch update | core | nodes/status',
  'patch update | core | nodes',
  'create patch update | core events.k8s.io | events',
  'READ | core | pods',
  'create delete | core | pods',
  'patch update | core | pods/status',
  'create | core | pods/eviction',
  'READ | core | configmaps secrets',
  'get | core | persistentvolumeclaims persistentvolumes',
  'get | core | endpoints',
  'create READ | certificates.k8s.io | certificatesigningrequests',
  'create delete get patch update | coordination.k8s.io | leases',
  'get | storage.k8s.io | volumeattachments',
  'create | core | serviceaccounts/token',
  'get patch update | core | persistentvolumeclaims/status',
  'READ | storage.k8s.io | csidrivers',
  'create delete get patch update | storage.k8s.io | csinodes',
  'READ | node.k8s.io | runtimeclasses',
  'get | resource.k8s.io | resourceclaims',
  'create delete deletecollection patch READ update | resource.k8s.io | resourceslices',
].map(ruleOfLine)
