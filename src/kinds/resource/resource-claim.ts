import { invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { ResourceClaim as ResourceClaimObject } from '../gen/resource-v1.ts'
import { resources } from '../gen/resources.ts'
import { internalForm } from '../internal-form.ts'
import { isNew } from '../is-new.ts'
import { specStatus } from '../spec-status.ts'
import { claimErrors } from './claim-errors.ts'
import { claimStatusErrors } from './claim-status-errors.ts'

const rules: Rules<ResourceClaimObject> = {
  ...specStatus<ResourceClaimObject>({
    newStatus: () => ({}),
    keptByStatus: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  }),
  *validate(claim) {
    if (isNew(claim)) yield* claimErrors(claim.spec, 'spec')
  },
  *validateUpdate(next, old, { subresource }) {
    if (subresource === 'status') yield* claimStatusErrors(next, old)
    else if (!equal(next.spec, old.spec)) {
      const shown = internalForm('io.k8s.api.resource.v1.ResourceClaimSpec', next.spec)
      yield invalid('spec', shown, 'field is immutable')
    }
  },
}

const state: Cell<ResourceClaimObject> = ({ metadata, status }) => {
  const isDeleted = metadata.deletionTimestamp !== undefined
  const parts = isDeleted ? ['deleted'] : []
  if (status?.allocation) {
    parts.push('allocated')
    if ((status.reservedFor ?? []).length > 0) parts.push('reserved')
  } else if (!isDeleted) parts.push('pending')
  return parts.join(',')
}

/** ResourceClaim: a wish for devices, and what fulfils it. */
export const resourceClaim = defineKind<ResourceClaimObject>(resources['resource.k8s.io/v1/resourceclaims'], {
  cells: { State: state },
  rules,
})
