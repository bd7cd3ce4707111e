import { parseThresholds } from '../node/thresholds.ts'
import type { Limit } from './judge.ts'

/** Thresholds as they are written, by signal. */
export interface LimitTexts {
  readonly hard: Readonly<Record<string, string>>
  readonly soft?: Readonly<Record<string, string>>
  /** How long each soft threshold must be crossed, in milliseconds. */
  readonly softGraceMs?: Readonly<Record<string, number>>
  readonly minimumReclaim?: Readonly<Record<string, string>>
}

/** The limits that thresholds stand for. @throws RangeError naming the wrong one */
export function toLimits({ hard, soft = {}, softGraceMs = {}, minimumReclaim = {} }: LimitTexts): Limit[] {
  const reclaims = parseThresholds(minimumReclaim)
  const limit = (signal: string, texts: Readonly<Record<string, string>>, graceMs: number): Limit => {
    const reclaim = reclaims[signal]
    const threshold = parseThresholds({ [signal]: texts[signal] as string })[signal] as Limit['threshold']
    return { signal, threshold, graceMs, ...(reclaim && { reclaim }) }
  }
  const softLimits = Object.keys(soft).map((signal) => {
    const graceMs = softGraceMs[signal]
    if (graceMs === undefined)
      throw new RangeError(`grace period must be specified for the soft eviction threshold ${signal}`)
    return limit(signal, soft, graceMs)
  })
  return [...Object.keys(hard).map((signal) => limit(signal, hard, 0)), ...softLimits]
}
