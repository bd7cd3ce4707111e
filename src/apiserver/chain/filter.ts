import type { HttpRequest, HttpResponse } from '#base/http'
import type { Audited } from '../audit/filter.ts'
import type { RequestInfo } from '../request-info.ts'

/** A request on its way through the chain. */
export interface Passing {
  readonly request: HttpRequest
  readonly info: RequestInfo
  /** Texts that the answer carries as Warning headers. */
  readonly warnings: string[]
  /** Who asks; set by authentication. */
  user: User | undefined
  /** What clients, logs and audit events call the request. */
  readonly auditId?: string
  /** What is noted for audit events; absent where none are wanted. */
  readonly audit?: Audited
}

export interface User {
  readonly name: string
  readonly groups: readonly string[]
  readonly uid?: string
  /** What the credentials tell beside it, by name. */
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

export type Next = (passing: Passing) => Promise<HttpResponse>

/** One step of the chain: looks at the request, calls `next` or answers itself, may change the answer. */
export type Filter = (passing: Passing, next: Next) => Promise<HttpResponse>

/** The filters around a handler, the first one outermost. */
export function chain(filters: readonly Filter[], handler: Next): Next {
  return filters.reduceRight<Next>((next, filter) => (passing) => filter(passing, next), handler)
}
