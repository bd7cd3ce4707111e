/** Labels of Kubernetes' own that a node may give itself, by name. */
export const nodeOwnLabels: readonly string[] = [
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]

/** What the names of Kubernetes' own labels may begin with that a node gives itself. */
export const nodeOwnPrefixes: readonly string[] = ['kubelet.kubernetes.io', 'node.kubernetes.io']

const administrators = 'node-restriction.kubernetes.io'

const isBelow = (namespace: string, domain: string) =>
  namespace === domain || namespace.endsWith(`.${domain}`)
const namespaceOf = (name: string) => (name.includes('/') ? (name.split('/')[0] as string) : '')
const isOfKubernetes = (name: string) =>
  ['kubernetes.io', 'k8s.io'].some((domain) => isBelow(namespaceOf(name), domain))

/** True for a label that a node may not give itself, because others judge the node by it. */
export function isForbiddenToNodes(name: string): boolean {
  if (isBelow(namespaceOf(name), administrators)) return true
  if (!isOfKubernetes(name) || nodeOwnLabels.includes(name)) return false
  return !nodeOwnPrefixes.some((domain) => isBelow(namespaceOf(name), domain))
}
