import { ApiError } from '#base/errors'
import type { Call } from '../call.ts'

/** How long a read waits for the cache to catch up with the store. */
export const freshWithinMs = 3_000

/** Waits until the caches hold a revision. @throws ApiError Timeout when it is still to come after three seconds. */
export async function awaitRevision({ core }: Call, revision: number): Promise<void> {
  if (await core.feed.reached(revision, freshWithinMs)) return
  throw new ApiError(
    'Timeout',
    `Timeout: Too large resource version: ${revision}, current: ${core.feed.revision}`,
    {
      details: {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    },
  )
}

/** Waits until a read sees every write acknowledged before it. @throws ApiError ServerTimeout when the store is away. */
export async function awaitFresh({ core }: Call): Promise<void> {
  if (await core.feed.fresh(freshWithinMs)) return
  throw new ApiError('ServerTimeout', 'the cache did not catch up with the store in time', {
    details: { retryAfterSeconds: 1 },
  })
}
