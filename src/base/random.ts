/** Randomness as a parameter, so that a seed replays a run. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A random (version 4) UUID. */
  uuid(): string
}

const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** The suffix that generateName and controllers append: characters that form no words, as upstream's rand.String. */
export function nameSuffix(random: Random, length = 5): string {
  let suffix = ''
  for (let i = 0; i < length; i++) suffix += nameAlphabet[Math.floor(random.next() * nameAlphabet.length)]
  return suffix
}
