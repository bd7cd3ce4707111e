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

/** How many letters must be put in, taken out or changed to make one word the other. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] as number) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[other.length] as number
}
