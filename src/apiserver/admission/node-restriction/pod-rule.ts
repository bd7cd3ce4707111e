import { notFound } from '#base/errors'
import type { Pod } from '#kinds/gen/core-v1'
import { equal } from '#schema/equal'
import type { Call } from '../../call.ts'
import { type Asked, known, type NodeRule, quoted } from './asked.ts'
import { newPodFault } from './new-pod.ts'

/** Pods: a node makes mirror pods, and deletes, evicts and tells the state of those that are bound to it. */
export const podRule: NodeRule = (asked) => {
  const rule = rules[asked.subresource]
  if (rule) return rule(asked)
  return `unexpected pod subresource ${quoted(asked.subresource)}, only 'status' and 'eviction' are allowed`
}

const rules: Readonly<Record<string, NodeRule>> = { '': itself, status, eviction }

const isElsewhere = (pod: Pod | undefined, node: string) => pod?.spec?.nodeName !== node

function itself({ admission, node }: Asked): string | undefined {
  const { call, operation, object, old } = admission
  if (operation === 'CREATE') return newPodFault(call.core, object as Pod, node)
  if (operation === 'UPDATE') {
    return `unexpected operation "UPDATE", node ${quoted(node)} can only create and delete mirror pods`
  }
  if (!isElsewhere(old as Pod, node)) return undefined
  return `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`
}

function status({ admission, node }: Asked): string | undefined {
  if (admission.operation !== 'UPDATE') return `unexpected operation ${quoted(admission.operation)}`
  const [old, next] = [admission.old as Pod, admission.object as Pod]
  const own = quoted(node)
  if (isElsewhere(old, node)) {
    return `node ${own} can only update pod status for pods with spec.nodeName set to itself`
  }
  if (!equal(old.metadata.labels ?? {}, next.metadata.labels ?? {})) {
    return `node ${own} cannot update labels through pod status`
  }
  const before = old.status
  const after = next.status
  if (!equal(before?.resourceClaimStatuses ?? [], after?.resourceClaimStatuses ?? [])) {
    return `node ${own} cannot update resource claim statues`
  }
  if (!equal(before?.extendedResourceClaimStatus, after?.extendedResourceClaimStatus)) {
    return `node ${own} cannot update extended resource claim status`
  }
  return undefined
}

function eviction({ admission, node, name }: Asked): string | undefined {
  const { call, operation } = admission
  // The deletion that follows has passed as the eviction that it is.
  if (operation !== 'CREATE') return undefined
  if (!isElsewhere(podOf(call, name), node)) return undefined
  return `node ${node} can only evict pods with spec.nodeName set to itself`
}

/** @throws ApiError NotFound. */
function podOf({ core, info, resource }: Call, name: string): Pod {
  const pod = known(core, resource.kind.plural, info.namespace, name)
  if (pod === undefined) throw notFound(resource.ref, name)
  return pod as Pod
}
