import { isForbiddenToNodes, nodeOwnLabels, nodeOwnPrefixes } from '#kinds/core/node-own-labels'

/** True for a label that a node keeps right on an object that was there before it. */
export const isOwnLabel = (name: string) => nodeOwnLabels.includes(name)

/** Why labels cannot be given with --node-labels, in upstream's words; undefined when they can. */
export function nodeLabelsFault(names: readonly string[]): string | undefined {
  const unknown = names.filter(isForbiddenToNodes).toSorted()
  if (unknown.length === 0) return undefined
  const prefixes = nodeOwnPrefixes.join(', ')
  const labels = nodeOwnLabels.join(', ')
  return (
    `unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: [${unknown.join(' ')}]\n` +
    `--node-labels in the 'kubernetes.io' namespace must begin with an allowed prefix (${prefixes}) or be in the specifically allowed set (${labels})`
  )
}
