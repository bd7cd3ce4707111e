/** Thrown when a programmer's assumption does not hold: a bug, never a client's fault. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** States what must hold here; stays on in production. @throws AssertionError when it does not. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new AssertionError(`assertion failed: ${what}`)
}

/** Marks a point that an exhaustive switch cannot reach. @throws AssertionError always. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable value: ${String(value)}`)
}
