/** Bits of a hash that choosing a hand of queues from a deck may use. */
export const entropyBitsMax = 60

/** The bits of a hash that are needed to deal a hand of queues: each card halves what is left to choose from. */
export function requiredEntropyBits(deckSize: number, handSize: number): number {
  return Math.ceil(Math.log2(deckSize) * handSize)
}
