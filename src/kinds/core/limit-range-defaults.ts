import type { LimitRangeItem } from '../gen/core-v1.ts'

/** Containers get their limit by default where there is a most, and ask for that, or else for the least. */
export function limitRangeItemDefaults(item: LimitRangeItem): void {
  if (item.type !== 'Container') return
  item.default = { ...item.max, ...item.default }
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest }
}
