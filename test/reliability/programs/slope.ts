/** How much samples, one a second, rise in a minute: the slope of the straight line that fits them best. */
export function slopePerMinute(samples: readonly number[]): number {
  const middle = (samples.length - 1) / 2
  const mean = samples.reduce((sum, one) => sum + one, 0) / samples.length
  const up = samples.reduce((sum, one, i) => sum + (i - middle) * (one - mean), 0)
  const across = samples.reduce((sum, _, i) => sum + (i - middle) ** 2, 0)
  return across === 0 ? 0 : (up / across) * 60
}
