/** Several things that went wrong; each is printed as if it had been the only one. */
export class Failures extends Error {
  override readonly name = 'Failures'
  readonly errors: readonly unknown[]

  constructor(errors: readonly unknown[]) {
    super(`${errors.length} errors`)
    this.errors = errors
  }

  /** Throws one error as it is and several together. */
  static throwIfAny(errors: readonly unknown[]): void {
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new Failures(errors)
  }
}
