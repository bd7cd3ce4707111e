import { invalid } from '#base/field-error'
import { parseQuantity } from '#base/quantity'
import { equal } from '#schema/equal'
import { subdomainFaults } from '#schema/name-rules'
import { oldNodeLabels } from '../core/old-node-labels.ts'
import { defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import { resources } from '../gen/resources.ts'
import type { CSIStorageCapacity as CsiStorageCapacityObject } from '../gen/storage-v1.ts'
import { selectorErrors } from '../selector-errors.ts'

const rules: Rules<CsiStorageCapacityObject> = {
  *validate({ nodeTopology, storageClassName, capacity }) {
    yield* selectorErrors(nodeTopology, 'nodeTopology')
    yield* eachFault('storageClassName', storageClassName, subdomainFaults(storageClassName))
    const amount = capacity === undefined ? undefined : parseQuantity(capacity)
    if (amount && amount.nano < 0n) {
      yield invalid('capacity', capacity, 'must be greater than or equal to 0')
    }
  },
  *validateUpdate(next, old) {
    for (const name of ['nodeTopology', 'storageClassName'] as const) {
      if (!equal(next[name], old[name])) yield invalid(name, next[name], 'field is immutable')
    }
  },
  *warnings({ nodeTopology: { matchExpressions = [], matchLabels = {} } = {} }) {
    for (const [i, { key }] of matchExpressions.entries()) {
      const text = oldNodeLabels[key]
      if (text !== undefined) yield `nodeTopology.matchExpressions[${i}].key: ${key} is ${text}`
    }
    for (const key of Object.keys(matchLabels)) {
      const text = oldNodeLabels[key]
      if (text !== undefined) yield `nodeTopology.matchLabels.${key}: ${text}`
    }
  },
}

/** CSIStorageCapacity: how much room is left for volumes of a class near some nodes. */
export const csiStorageCapacity = defineKind<CsiStorageCapacityObject>(
  resources['storage.k8s.io/v1/csistoragecapacities'],
  { rules },
)
