import type { Others } from '../../define.ts'
import type { LimitRange, LimitRangeItem } from '../../gen/core-v1.ts'

/** Name of the admission plugin that goes by limit ranges. */
export const limitRanger = 'LimitRanger'

/** The limit ranges of a namespace, each with its items of some types. */
export function limitsOf(
  others: Others,
  namespace: string | undefined,
  types: readonly string[],
): readonly (readonly LimitRangeItem[])[] {
  const ranges = others.all('', 'limitranges', namespace) as readonly LimitRange[]
  return ranges.map(({ spec }) => (spec?.limits ?? []).filter(({ type }) => types.includes(type)))
}
