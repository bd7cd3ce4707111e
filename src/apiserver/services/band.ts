import type { Random } from '#base/random'

const min = (a: bigint, b: bigint) => (a < b ? a : b)
const max = (a: bigint, b: bigint) => (a > b ? a : b)

/** The most places among which one is chosen at random: plenty, and exact as a number. */
const choicesMax = 1n << 48n

/**
 * Where to begin to look for a free place: at random in the upper part of a range. The lower part (a sixteenth, 16 to 256
 * places) is left for those who choose theirs by hand, and is used last (KEP-3070).
 */
export function startInBand(count: bigint, random: Random, share = 16n, bandMax = 256n): bigint {
  const band = count <= 16n ? 0n : min(max(16n, count / share), bandMax)
  const free = min(max(count - band, 1n), choicesMax)
  return band + BigInt(Math.floor(random.next() * Number(free)))
}
