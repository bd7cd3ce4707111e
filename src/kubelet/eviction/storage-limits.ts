import { formatQuantity, parseQuantity, quantityValue } from '#base/quantity'
import { containerTotals } from '#kinds/core/pod/resource-totals'
import type { Pod } from '#kinds/gen/core-v1'
import type { PodUse } from './rank.ts'

const resource = 'ephemeral-storage'

/** True for a pod whose containers may hold only so much on the node's disk. */
export const hasStorageLimit = ({ spec }: Pod): boolean =>
  spec !== undefined && containerTotals(spec, 'limits').has(resource)

/** Why a pod must be evicted for what it holds on the node's disk, in upstream's words; undefined when it keeps to its limits. */
export function storageExcess({ pod, use }: PodUse): string | undefined {
  const limit = pod.spec && containerTotals(pod.spec, 'limits').get(resource)
  if (!limit || !use) return undefined
  if (use.diskBytes > quantityValue(limit))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(limit)}. `
  for (const { name, diskBytes = 0 } of use.containers) {
    const text = pod.spec?.containers?.find((one) => one.name === name)?.resources?.limits?.[resource]
    const own = parseQuantity(text ?? '')
    if (own && quantityValue(own) > 0 && diskBytes > quantityValue(own))
      return `Container ${name} exceeded its local ephemeral storage limit ${JSON.stringify(formatQuantity(own))}. `
  }
  return undefined
}
