import { type FieldError, invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import type { NodeAffinity, NodeSelectorTerm, PodSpec } from '../../gen/core-v1.ts'

const requiredName = 'requiredDuringSchedulingIgnoredDuringExecution'

function* selectorErrors(
  { nodeSelector: next = {} }: PodSpec,
  { nodeSelector: old = {} }: PodSpec,
): Iterable<FieldError> {
  if (Object.entries(old).every(([key, value]) => next[key] === value)) return
  const text = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'
  yield invalid('spec.nodeSelector', next, text)
}

function onlyAdds(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  // A term without conditions matches nothing; one more condition would make it match something.
  if (lists.every((name) => (old[name]?.length ?? 0) === 0)) {
    return lists.every((name) => (next[name]?.length ?? 0) === 0)
  }
  return lists.every((name) => {
    const before = old[name] ?? []
    return equal((next[name] ?? []).slice(0, before.length), before)
  })
}

function* affinityErrors(
  next: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
): Iterable<FieldError> {
  const before = old?.[requiredName]?.nodeSelectorTerms ?? []
  const after = next?.[requiredName]?.nodeSelectorTerms ?? []
  const path = `spec.affinity.nodeAffinity.${requiredName}.nodeSelectorTerms`
  if (before.length === 0) return
  if (before.length !== after.length) {
    const text = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'
    yield invalid(path, after, text)
    return
  }
  for (const [i, term] of before.entries()) {
    const now = after[i] as NodeSelectorTerm
    if (!onlyAdds(now, term)) {
      yield invalid(`${path}[${i}]`, now, 'only additions are allowed (no mutations or deletions)')
    }
  }
}

/**
 * While gates hold a pod back, the nodes that it may run on may be narrowed. Yields what goes beyond that, and sets the
 * narrowed fields of `rest` back to the old ones.
 */
export function* settleGatedChange(rest: PodSpec, old: PodSpec): Iterable<FieldError> {
  yield* selectorErrors(rest, old)
  if (old.nodeSelector === undefined) delete rest.nodeSelector
  else rest.nodeSelector = old.nodeSelector
  yield* affinityErrors(rest.affinity?.nodeAffinity, old.affinity?.nodeAffinity)
  const { nodeAffinity: _next, ...others } = rest.affinity ?? {}
  const nodeAffinity = old.affinity?.nodeAffinity
  const isEmpty = Object.keys(others).length === 0 && nodeAffinity === undefined
  if (isEmpty && old.affinity === undefined) delete rest.affinity
  else rest.affinity = { ...others, ...(nodeAffinity && { nodeAffinity }) }
}
