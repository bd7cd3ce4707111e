import type { HttpRequest } from '#base/http'
import type { Json } from '#schema/object'
import type { User } from '../chain/filter.ts'
import type { RequestInfo } from '../request-info.ts'
import { sourceAddresses } from './source-addresses.ts'
import type { AuditLevel, AuditStage } from './policy.ts'

/** A user as audit.k8s.io/v1 shows it. */
export interface AuditUser {
  readonly username?: string
  readonly uid?: string
  readonly groups?: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** The object that a request is about. */
export interface ObjectReference {
  resource?: string
  namespace?: string
  name?: string
  uid?: string
  apiGroup?: string
  apiVersion?: string
  resourceVersion?: string
  subresource?: string
}

/** audit.k8s.io/v1 Event, in upstream's field order. */
export interface AuditEvent {
  readonly kind: 'Event'
  readonly apiVersion: 'audit.k8s.io/v1'
  readonly level: AuditLevel
  readonly auditID: string
  readonly stage: AuditStage
  readonly requestURI: string
  readonly verb: string
  readonly user: AuditUser
  readonly impersonatedUser?: AuditUser | undefined
  readonly sourceIPs: readonly string[]
  readonly userAgent?: string | undefined
  readonly objectRef?: ObjectReference | undefined
  readonly responseStatus?: { readonly [name: string]: Json } | undefined
  readonly requestObject?: Json | undefined
  readonly responseObject?: Json | undefined
  readonly requestReceivedTimestamp: string
  readonly stageTimestamp: string
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** What of an event is known when the request comes in. */
export type AuditSubject = Pick<
  AuditEvent,
  'auditID' | 'requestURI' | 'verb' | 'user' | 'sourceIPs' | 'userAgent' | 'objectRef'
>

const userAgentMax = 1024

/** Who asks for what, from where. */
export function subjectOf(
  request: HttpRequest,
  info: RequestInfo,
  user: User | undefined,
  auditID: string,
): AuditSubject {
  const agent = request.headers['user-agent'] ?? ''
  return {
    auditID,
    requestURI: request.url,
    verb: info.verb,
    user: user === undefined ? {} : auditUser(user),
    sourceIPs: sourceAddresses(request),
    userAgent:
      agent.length > userAgentMax ? `${agent.slice(0, userAgentMax)}...TRUNCATED` : agent || undefined,
    objectRef: info.isResource ? referenceOf(info) : undefined,
  }
}

/** A user in the form of events. */
export const auditUser = ({ name, uid, groups, extra }: User): AuditUser => ({
  ...(name !== '' && { username: name }),
  ...(uid !== undefined && uid !== '' && { uid }),
  ...(groups.length > 0 && { groups }),
  ...(extra && Object.keys(extra).length > 0 && { extra }),
})

const referenceOf = (info: RequestInfo): ObjectReference =>
  ordered({
    resource: info.resource,
    namespace: info.namespace,
    name: info.name,
    apiGroup: info.group,
    apiVersion: info.version,
    subresource: info.subresource,
  })

/** A reference with its members in upstream's order, the empty ones left out. */
export function ordered(reference: ObjectReference): ObjectReference {
  const names = [
    'resource',
    'namespace',
    'name',
    'uid',
    'apiGroup',
    'apiVersion',
    'resourceVersion',
    'subresource',
  ] as const
  const out: ObjectReference = {}
  for (const name of names) if ((reference[name] ?? '') !== '') out[name] = reference[name] as string
  return out
}
