import type { PersistentVolumeClaim } from '#kinds/gen/core-v1'
import { equal } from '#schema/equal'
import { type NodeRule, quoted } from './asked.ts'

/** Claims: a node tells how far a volume has grown, and nothing else. */
export const claimRule: NodeRule = ({ admission, node, subresource }) => {
  if (subresource !== 'status') return 'may only update PVC status'
  if (admission.operation !== 'UPDATE') return `unexpected operation ${quoted(admission.operation)}`
  const next = withoutGrowth(admission.object as PersistentVolumeClaim)
  const old = withoutGrowth(admission.old as PersistentVolumeClaim)
  if (equal(next, old)) return undefined
  const fields = ['metadata', 'spec', 'status'] as const
  const changed = fields.filter((field) => !equal(next[field], old[field]))
  return `node ${quoted(node)} is not allowed to update fields other than status.quantity and status.conditions: ${changed.join(', ')}`
}

/** A claim without what a node may change. */
function withoutGrowth({ metadata, spec, status }: PersistentVolumeClaim) {
  const { resourceVersion: _version, managedFields: _owners, ...meta } = metadata
  const {
    capacity: _capacity,
    conditions: _conditions,
    allocatedResources: _amounts,
    allocatedResourceStatuses: _states,
    ...rest
  } = status ?? {}
  return { metadata: meta, spec, status: rest }
}
