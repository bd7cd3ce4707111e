import { invalid } from '#base/field-error'
import { defineKind, type Rules } from '../define.ts'
import type { Lease as LeaseObject } from '../gen/coordination-v1.ts'
import { resources } from '../gen/resources.ts'

/** Fields of a feature that is off, unless the stored object has them. */
function dropCoordinatedElection({ spec }: LeaseObject, old?: LeaseObject): void {
  if (old?.spec?.strategy === undefined) delete spec?.strategy
  if (old?.spec?.preferredHolder === undefined) delete spec?.preferredHolder
}

const rules: Rules<LeaseObject> = {
  prepareCreate(lease) {
    dropCoordinatedElection(lease)
  },
  prepareUpdate(next, old) {
    dropCoordinatedElection(next, old)
  },
  *validate({ spec }) {
    const { leaseDurationSeconds, leaseTransitions } = spec ?? {}
    if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
      yield invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')
    }
    if (leaseTransitions !== undefined && leaseTransitions < 0) {
      yield invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0')
    }
  },
}

/** Lease: says who holds something, and since when. */
export const lease = defineKind<LeaseObject>(resources['coordination.k8s.io/v1/leases'], { rules })
