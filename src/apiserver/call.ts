import type { HttpRequest } from '#base/http'
import type { KindDef } from '#kinds/define'
import type { ApiServer, ApiServerParts } from './contract.ts'
import type { AuditTrail } from './audit/trail.ts'
import type { AdmissionPlugin } from './admission/plugin.ts'
import type { Authorizer } from './authorization/contract.ts'
import type { Policy } from './authorization/rbac/policy.ts'
import type { User } from './chain/filter.ts'
import type { AnswerForm } from './negotiate.ts'
import type { Registry } from './registry/registry.ts'
import type { Resource } from './registry/resource.ts'
import type { RequestInfo } from './request-info.ts'
import type { Feed } from './watch-cache/feed.ts'

/** What all requests of one server share. */
export interface Core {
  readonly parts: ApiServerParts
  readonly registry: Registry
  readonly feed: Feed
  readonly admission: readonly AdmissionPlugin[]
  /** Decides on requests, and on all else that takes a right. */
  readonly authorizer: Authorizer
  /** All roles and who has them. */
  readonly policy: Policy
  /** The running server, for behaviours that are given it. */
  server(): ApiServer
}

/** One request for a resource, on its way through the chain and the verb. */
export interface Call {
  readonly core: Core
  readonly request: HttpRequest
  readonly info: RequestInfo
  readonly resource: Resource
  readonly kind: KindDef
  readonly form: AnswerForm
  /** Who asks; undefined for the server itself. */
  readonly user: User | undefined
  /** Texts for Warning headers; filters and verbs add to it. */
  readonly warnings: string[]
  /** What is noted for audit events; absent where none are wanted. */
  readonly audit?: AuditTrail | undefined
}
