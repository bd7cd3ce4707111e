import type { Cancel } from '#base/cancel'

/** What one try of a probe found. */
export interface Outcome {
  readonly isGood: boolean
  /** What the container said, or why it could not be asked. */
  readonly output: string
  /** True for an answer that is good, but not as it should be. */
  readonly isDoubtful?: boolean
}

/** One way to ask a container. @throws what kept it from being asked at all, which counts for nothing. */
export type Attempt = (signal: Cancel) => Promise<Outcome>

/** Upstream's limit of what is kept of a container's words. */
export const outputBytesMax = 10 * 1024

export const good = (output = ''): Outcome => ({ isGood: true, output })
export const bad = (output: string): Outcome => ({ isGood: false, output })
