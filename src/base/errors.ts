/** Upstream's machine-readable reasons and the HTTP status each stands for. */
export const httpStatus = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const

/** A machine-readable reason of a Status. */
export type Reason = keyof typeof httpStatus

/** One cause of a refusal, as upstream's StatusCause. */
export interface StatusCause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

/** What a refusal is about, as upstream's StatusDetails. */
export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

/** meta/v1 Status, in upstream's field order. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: { readonly continue?: string; readonly resourceVersion?: string }
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code?: number
}

/** A refusal: the client asked for something that the API does not grant. Carries everything its Status shows. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly reason: Reason | ''
  readonly code: number
  readonly details: StatusDetails | undefined
  /** ListMeta.continue of an inconsistent-continue 410. */
  readonly continueToken: string | undefined

  constructor(
    reason: Reason | '',
    message: string,
    options: { details?: StatusDetails; code?: number; cause?: unknown; continueToken?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.reason = reason
    this.code = options.code ?? (reason === '' ? 500 : httpStatus[reason])
    this.details = options.details
    this.continueToken = options.continueToken
  }

  /** The Status object that goes over the wire. */
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueToken === undefined ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      ...(this.reason !== '' && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    }
  }
}

/** Recognises a refusal, optionally of one reason; works across copies of this module. */
export function isApiError(error: unknown, reason?: Reason): error is ApiError {
  return (
    error instanceof Error &&
    error.name === 'ApiError' &&
    (reason === undefined || (error as ApiError).reason === reason)
  )
}

/** A resource as error messages name it: plural, with the group when there is one. */
export interface ResourceRef {
  readonly group: string
  readonly resource: string
}

const qualified = (ref: ResourceRef) => (ref.group === '' ? ref.resource : `${ref.resource}.${ref.group}`)
const about = (ref: ResourceRef, name: string): StatusDetails => ({
  ...(name !== '' && { name }),
  ...(ref.group !== '' && { group: ref.group }),
  kind: ref.resource,
})

/** 404 for an object. */
export const notFound = (ref: ResourceRef, name: string) =>
  new ApiError('NotFound', `${qualified(ref)} ${JSON.stringify(name)} not found`, {
    details: about(ref, name),
  })

/** 404 for a path that no route answers. */
export const noRoute = () =>
  new ApiError('NotFound', 'the server could not find the requested resource', { details: {} })

/** 409 for a name that is taken. */
export const alreadyExists = (ref: ResourceRef, name: string) =>
  new ApiError('AlreadyExists', `${qualified(ref)} ${JSON.stringify(name)} already exists`, {
    details: about(ref, name),
  })

/** 409 for a write that lost against another. */
export const conflict = (ref: ResourceRef, name: string, why: string) =>
  new ApiError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(ref)} ${JSON.stringify(name)}: ${why}`,
    {
      details: about(ref, name),
    },
  )

/** The sentence upstream gives for a lost optimistic write. */
export const modified =
  'the object has been modified; please apply your changes to the latest version and try again'

/** 403 with upstream's form for admission and storage refusals. */
export const forbidden = (ref: ResourceRef, name: string, why: string) =>
  new ApiError(
    'Forbidden',
    name === ''
      ? `${qualified(ref)} is forbidden: ${why}`
      : `${qualified(ref)} ${JSON.stringify(name)} is forbidden: ${why}`,
    { details: about(ref, name) },
  )

/** 400. */
export const badRequest = (message: string, cause?: unknown) => new ApiError('BadRequest', message, { cause })

/** 410 for a resource version or continue token that history no longer covers. */
export const expired = (message: string, continueToken?: string) =>
  new ApiError('Expired', message, continueToken === undefined ? {} : { continueToken })

/** 405 for a method that a path does not have. */
export const methodNotAllowed = () =>
  new ApiError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {
    details: {},
  })

/** 405 for a verb that a resource does not have. */
export const methodNotSupported = (ref: ResourceRef, verb: string) =>
  new ApiError(
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind ${JSON.stringify(qualified(ref))}`,
    {
      details: about(ref, ''),
    },
  )
