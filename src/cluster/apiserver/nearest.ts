import { editDistance } from '#base/edit-distance'

/** The word of a list that is most like `text`, when one is nearly the same: for "did you mean". */
export function nearest(text: string, words: readonly string[]): string | undefined {
  const distanceMax = Math.min(4, Math.max(1, Math.floor(text.length / 3)))
  let best: string | undefined
  let bestDistance = distanceMax + 1
  for (const word of words) {
    const distance = editDistance(text, word)
    if (distance < bestDistance) {
      best = word
      bestDistance = distance
    }
  }
  return best ?? words.find((word) => text.length > 3 && (word.startsWith(text) || word.endsWith(text)))
}
