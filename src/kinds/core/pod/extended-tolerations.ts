import { compareBytes } from '#base/byte-order'
import type { AdmissionRule } from '../../define.ts'
import type { Pod } from '../../gen/core-v1.ts'
import { isExtended } from '../resource-names.ts'

/** A pod that asks for special devices may run on nodes that are kept for those who do. */
export const extendedTolerations: AdmissionRule<Pod> = {
  plugin: 'ExtendedResourceToleration',
  complete({ spec }) {
    const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
    const names = new Set(containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {})))
    for (const key of [...names].filter(isExtended).sort(compareBytes)) {
      const own = spec?.tolerations ?? []
      const isThere = own.some((one) => one.key === key && one.operator === 'Exists' && !one.effect)
      if (spec && !isThere) spec.tolerations = [...own, { key, operator: 'Exists' }]
    }
    return undefined
  },
}
