import type { Status } from '#base/errors'
import type { Json, KubeObject } from '#schema/object'
import { toJson } from '#schema/encode'
import type { TypeDef } from '#schema/type'
import type { User } from '../chain/filter.ts'
import {
  type AuditEvent,
  type AuditSubject,
  auditUser,
  type AuditUser,
  type ObjectReference,
  ordered,
} from './event.ts'
import { type AuditLevel, type AuditScope, auditLevels, type AuditStage } from './policy.ts'

/** What is noted of one request for its audit events. */
export class AuditTrail {
  readonly #scope: AuditScope
  readonly #subject: AuditSubject
  readonly #receivedAt: string
  readonly #annotations: Record<string, string> = {}
  #reference: ObjectReference | undefined
  #impersonated: AuditUser | undefined
  #sent: Json | undefined
  #answered: Json | undefined
  #status: AuditEvent['responseStatus']

  /** @param receivedAt when the request came in, RFC 3339 with microseconds. */
  constructor(scope: AuditScope, subject: AuditSubject, receivedAt: string) {
    this.#scope = scope
    this.#subject = subject
    this.#receivedAt = receivedAt
    this.#reference = subject.objectRef
  }

  /** True where the policy wants to be told this much. */
  tells(level: AuditLevel): boolean {
    return auditLevels.indexOf(this.#scope.level) >= auditLevels.indexOf(level)
  }

  /** True where the policy wants to be told of this moment. */
  hasStage(stage: AuditStage): boolean {
    return !this.#scope.omitStages.includes(stage)
  }

  /** Notes why something was decided as it was; the first note of a name counts. */
  annotate(name: string, text: string): void {
    this.#annotations[name] ??= text
  }

  impersonates(user: User): void {
    this.#impersonated = auditUser(user)
  }

  /** Notes the object that was sent. */
  sent(type: TypeDef, object: KubeObject): void {
    this.#complete(object.metadata)
    if (this.tells('Request')) this.#sent = this.#shown(JSON.parse(toJson(type, object)) as Json)
  }

  /** Notes what was sent and is no object: a patch, options. */
  sentValue(value: Json): void {
    if (this.tells('Request')) this.#sent = value
  }

  /** Notes the object that is answered with, as the JSON that `text` gives. */
  answered(text: () => string): void {
    if (this.tells('RequestResponse')) this.#answered = this.#shown(JSON.parse(text()) as Json)
  }

  hasAnswer(): boolean {
    return this.#answered !== undefined
  }

  /** Notes how the request ended: by a code alone, or by what a Status says. */
  ended(code: number, status?: Status): void {
    const { status: outcome, message, reason, details } = status ?? {}
    this.#status = JSON.parse(
      JSON.stringify({
        metadata: {},
        status: outcome,
        message: message || undefined,
        reason: reason || undefined,
        details,
        code,
      }),
    ) as AuditEvent['responseStatus']
  }

  /** Notes a fault of the server. */
  panicked(message: string): void {
    this.#status = { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 }
  }

  /** Notes what was wrong with the credentials. */
  refused(message: string, code: number): void {
    this.#status = { metadata: {}, message, code }
  }

  /** The event of a moment. @param at RFC 3339 with microseconds. */
  event(stage: AuditStage, at: string): AuditEvent {
    const { auditID, requestURI, verb, user, sourceIPs, userAgent } = this.#subject
    const has = Object.keys(this.#annotations).length > 0
    return {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: this.#scope.level,
      auditID,
      stage,
      requestURI,
      verb,
      user,
      impersonatedUser: this.#impersonated,
      sourceIPs,
      userAgent,
      objectRef: this.#reference,
      responseStatus: this.#status,
      requestObject: this.#sent,
      responseObject: this.#answered,
      requestReceivedTimestamp: this.#receivedAt,
      stageTimestamp: at,
      annotations: has ? sorted(this.#annotations) : undefined,
    }
  }

  /** What the path does not say of the object, the object may. */
  #complete({ name, namespace, uid, resourceVersion }: KubeObject['metadata']): void {
    if (this.#reference === undefined) return
    const known = { name, namespace, uid, resourceVersion } as ObjectReference
    this.#reference = ordered({ ...known, ...this.#reference })
  }

  #shown(value: Json): Json {
    if (this.#scope.omitManagedFields)
      for (const one of objectsIn(value)) delete one.metadata?.['managedFields']
    return value
  }
}

const sorted = (notes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(notes).toSorted(([a], [b]) => (a < b ? -1 : 1)))

type Bearer = { metadata?: { [name: string]: Json }; items?: Bearer[] }

/** An object, or the objects of a list. */
function objectsIn(value: Json): Bearer[] {
  const one = value as Bearer
  return Array.isArray(one.items) ? one.items : [one]
}
