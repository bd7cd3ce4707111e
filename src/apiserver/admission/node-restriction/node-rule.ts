import { compareBytes } from '#base/byte-order'
import { isForbiddenToNodes } from '#kinds/core/node-own-labels'
import type { Node } from '#kinds/gen/core-v1'
import { equal } from '#schema/equal'
import { type Asked, type NodeRule, quoted } from './asked.ts'

/** Nodes: a node writes itself alone, and not by what others judge it: taints, owners, labels of administrators. */
export const nodeRule: NodeRule = (asked) => {
  const { admission, node, name } = asked
  if (name !== node) return `node ${quoted(node)} is not allowed to modify node ${quoted(name)}`
  if (admission.operation === 'CREATE') return newNodeFault(asked)
  if (admission.operation === 'UPDATE') return changeFault(asked)
  return undefined
}

function newNodeFault({ admission, node }: Asked): string | undefined {
  const { metadata, spec } = admission.object as Node
  const own = quoted(node)
  if (spec?.configSource !== undefined) {
    return `node ${own} is not allowed to create pods with a non-nil configSource`
  }
  const labels = forbiddenLabels(metadata.labels, {})
  if (labels.length === 0) return undefined
  return `node ${own} is not allowed to set the following labels: ${labels.join(', ')}`
}

function changeFault({ admission, node }: Asked): string | undefined {
  const [next, old] = [admission.object as Node, admission.old as Node]
  const own = quoted(node)
  const source = next.spec?.configSource
  if (source !== undefined && !equal(source, old.spec?.configSource)) {
    return `node ${own} is not allowed to update configSource to a new non-nil configSource`
  }
  if (!equal(next.spec?.taints ?? [], old.spec?.taints ?? [])) {
    return `node ${own} is not allowed to modify taints`
  }
  if (!equal(next.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? [])) {
    return `node ${own} is not allowed to modify ownerReferences`
  }
  const labels = forbiddenLabels(next.metadata.labels, old.metadata.labels)
  return labels.length === 0 ? undefined : `is not allowed to modify labels: ${labels.join(', ')}`
}

type Labels = Readonly<Record<string, string>>

/** Labels that differ and that a node may not give itself, in order. */
function forbiddenLabels(next: Labels = {}, old: Labels = {}): string[] {
  const names = new Set([...Object.keys(next), ...Object.keys(old)])
  return Array.from(names)
    .filter((name) => next[name] !== old[name] && isForbiddenToNodes(name))
    .sort(compareBytes)
}
