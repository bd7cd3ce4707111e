/** Why a container does not start, as its waiting state shows it. */
export interface Problem {
  readonly reason: string
  readonly message: string
}

/** A start that failed in a way that the pod's status and events name. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly problem: Problem
  /** When trying again makes sense; the worker's own pace without it. */
  readonly retryAt: number | undefined

  constructor(problem: Problem, options: { cause?: unknown; retryAt?: number } = {}) {
    super(problem.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.problem = problem
    this.retryAt = options.retryAt
  }
}

/** The problem that an error stands for. */
export function problemOf(error: unknown, reason: string): Problem {
  if (error instanceof StartError) return error.problem
  return { reason, message: error instanceof Error ? error.message : String(error) }
}

/** An error of the runtime as upstream's gRPC client words it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { grpcCode } = error as { grpcCode?: string }
  return grpcCode === undefined ? error.message : `rpc error: code = ${grpcCode} desc = ${error.message}`
}
