import { randomUUID } from 'node:crypto'
import type { Random } from '#base/random'

/** The machine's randomness. */
export const realRandom: Random = { next: () => Math.random(), uuid: () => randomUUID() }
