import type { AdmissionRule } from '../../define.ts'
import type { PersistentVolumeClaim } from '../../gen/core-v1.ts'
import { faultsText, requestFaults } from './constraints.ts'
import { limitRanger, limitsOf } from './ranges.ts'

/** Claims of storage keep to the bounds of their namespace's limit ranges. */
export const claimLimits: AdmissionRule<PersistentVolumeClaim> = {
  plugin: limitRanger,
  refusal({ metadata, spec }, _old, others) {
    const requests = spec?.resources?.requests ?? {}
    for (const items of limitsOf(others, metadata.namespace, ['PersistentVolumeClaim'])) {
      const text = faultsText(items.flatMap((item) => [...requestFaults(item, requests)]))
      if (text !== undefined) return text
    }
    return undefined
  },
}
