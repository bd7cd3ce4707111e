/** Something that a user did or asked for cannot be done; its message is printed after `error: `. */
export class KubectlError extends Error {
  override readonly name = 'KubectlError'
  /** The exit code of the process. */
  readonly code: number
  /** False when the message is printed as it is, without `error: ` before it. */
  readonly isPrefixed: boolean

  constructor(message: string, options: { code?: number; isPrefixed?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code ?? 1
    this.isPrefixed = options.isPrefixed ?? true
  }
}

/** A command was called in a wrong way; the message ends with where its help is. */
export class UsageError extends KubectlError {
  /** @param path the command's words: `kubectl config view`. */
  constructor(path: string, message: string) {
    super(`${message}\nSee '${path} -h' for help and examples`)
  }
}
