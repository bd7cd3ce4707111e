/** Labels of Kubernetes' own that a node may give itself. */
const ownLabels: readonly string[] = [
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
const ownPrefixes: readonly string[] = ['kubelet.kubernetes.io', 'node.kubernetes.io']

const isBelow = (namespace: string, domain: string) =>
  namespace === domain || namespace.endsWith(`.${domain}`)
const namespaceOf = (name: string) => (name.includes('/') ? (name.split('/')[0] as string) : '')
const isOfKubernetes = (name: string) =>
  ['kubernetes.io', 'k8s.io'].some((domain) => isBelow(namespaceOf(name), domain))

/** True for a label that a node keeps right on an object that was there before it. */
export const isOwnLabel = (name: string) => ownLabels.includes(name)

const mayHave = (name: string) =>
  isOwnLabel(name) || ownPrefixes.some((domain) => isBelow(namespaceOf(name), domain))

/** Why labels cannot be given with --node-labels, in upstream's words; undefined when they can. */
export function nodeLabelsFault(names: readonly string[]): string | undefined {
  const unknown = names.filter((name) => isOfKubernetes(name) && !mayHave(name)).toSorted()
  if (unknown.length === 0) return undefined
  const prefixes = ownPrefixes.join(', ')
  const labels = ownLabels.join(', ')
  return (
    `unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: [${unknown.join(' ')}]\n` +
    `--node-labels in the 'kubernetes.io' namespace must begin with an allowed prefix (${prefixes}) or be in the specifically allowed set (${labels})`
  )
}
