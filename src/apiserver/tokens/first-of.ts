import type { TokenReviewer } from './webhook-tokens.ts'

/** Asks one after the other until one knows whose a token is; undefined where there is none to ask. */
export function firstOf(reviewers: readonly (TokenReviewer | undefined)[]): TokenReviewer | undefined {
  const all = reviewers.filter((one) => one !== undefined)
  if (all.length < 2) return all[0]
  return async (token, audiences) => {
    for (const review of all) {
      const identity = await review(token, audiences)
      if (identity !== undefined) return identity
    }
    return undefined
  }
}
