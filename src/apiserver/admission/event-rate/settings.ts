/** What the limits of EventRateLimit count together. */
export const eventLimitTypes = ['Namespace', 'Server', 'SourceAndObject', 'User'] as const

/** How many events EventRateLimit lets in of what one limit counts together. */
export interface EventLimit {
  readonly type: (typeof eventLimitTypes)[number]
  /** Events a second, on average. */
  readonly qps: number
  /** Events at once. */
  readonly burst: number
  /** How many namespaces, users or sources are remembered: 4096 without it, or with 0. */
  readonly cacheSize?: number
}
