import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's young generation at the size it starts with, 1 MiB for each half, instead of the 32 MiB to which a busy
 * minute lets it grow and from which it hardly shrinks. For programs that rest most of the time: collections come more
 * often. Must be called before there is much to collect, because what has grown stays.
 */
export function keepYoungGenerationSmall(): void {
  // The limit itself (--max-semi-space-size) is read at the start of the process only; the growth is read at each step.
  setFlagsFromString('--semi-space-growth-factor=1')
}
