/** A template or path that cannot be read, or that does not fit the object. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError'
  /** True when the template was read well and then did not fit. */
  readonly isAtRun: boolean

  constructor(message: string, isAtRun = false) {
    super(message)
    this.isAtRun = isAtRun
  }
}
