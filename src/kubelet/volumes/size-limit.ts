import { parseQuantity, quantityValue } from '#base/quantity'
import type { Pod, Volume } from '#kinds/gen/core-v1'
import type { VolumeUsage } from '../contract.ts'

/** The volumes of a pod that may hold only so much. */
export const limitedVolumes = ({ spec }: Pod): Volume[] =>
  (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir?.sizeLimit !== undefined)

/** Why a pod must be evicted for what its volumes hold, in upstream's words; undefined when it keeps to its limits. */
export function sizeLimitExcess(
  pod: Pod,
  usage: ReadonlyMap<string, Pick<VolumeUsage, 'usedBytes'>>,
): string | undefined {
  for (const { name, emptyDir } of limitedVolumes(pod)) {
    const limit = parseQuantity(emptyDir?.sizeLimit ?? '')
    const used = usage.get(name)?.usedBytes
    if (limit === undefined || used === undefined || quantityValue(limit) <= 0) continue
    if (used > quantityValue(limit))
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(emptyDir?.sizeLimit)}. `
  }
  return undefined
}
