import type { Clock } from '#base/clock'
import { isApiError, type Status } from '#base/errors'
import type { HttpResponse } from '#base/http'
import { microTimeOf } from '#base/time'
import { accessOf } from '../authorization/request-access.ts'
import type { Filter, Next, Passing } from '../chain/filter.ts'
import { isLongRunning } from '../chain/in-flight.ts'
import { toApiError } from '../registry/store-errors.ts'
import { type AuditEvent, subjectOf } from './event.ts'
import { type AuditPolicy, type AuditScope, type AuditStage, scopeOf } from './policy.ts'
import { AuditTrail } from './trail.ts'

/** Where audit events go. */
export interface AuditSink {
  /** Takes an event; a promise where the request is to wait until it is kept. Rejects where that is to refuse it. */
  take(event: AuditEvent): Promise<void> | undefined
}

/** What auditing needs: what is to be told, and whom to tell it. */
export interface Auditor {
  readonly policy: AuditPolicy
  readonly sink: AuditSink
}

const slowMs = 500

/** Tells of each request what the policy wants, at each of its stages. Stands behind authentication. */
export function audit({ policy, sink }: Auditor, clock: Clock): Filter {
  return async (passing, next) => {
    const scope = scopeOf(policy, accessOf(passing))
    if (scope.level === 'None') return next(passing)
    const startedAt = clock.now()
    const trail = trailOf(scope, passing, startedAt)
    const tell: Tell = async (stage) => {
      const now = clock.now()
      if (stage === 'ResponseComplete') noteLatency(trail, now - startedAt)
      if (trail.hasStage(stage)) await sink.take(trail.event(stage, microTimeOf(now)))
    }
    await tell('RequestReceived')
    return followed(passing, next, { trail, tell })
  }
}

/** Passes a request on and tells how it ends. */
async function followed(passing: Passing, next: Next, audited: Audited): Promise<HttpResponse> {
  const { trail, tell } = audited
  const { info } = passing
  let answer: HttpResponse
  try {
    answer = await next({ ...passing, audit: audited })
  } catch (error) {
    const ref = { group: info.group, resource: info.resource }
    await tellFault(toApiError(error, ref, info.name), audited)
    throw error
  }
  noteAnswer(trail, answer)
  if (!isLongRunning(info.verb, info.subresource)) {
    await tell('ResponseComplete')
    return answer
  }
  await tell('ResponseStarted')
  // Whoever takes over an upgraded connection knows when it ends.
  return answer.status === 101 ? answer : completing(answer, () => void tell('ResponseComplete'))
}

function trailOf(scope: AuditScope, { request, info, user, auditId = '' }: Passing, at: number): AuditTrail {
  const subject = subjectOf(request, info, user, auditId)
  return new AuditTrail(scope, subject, microTimeOf(at))
}

type Tell = (stage: AuditStage) => Promise<void>

/** What a request carries of its audit. */
export interface Audited {
  readonly trail: AuditTrail
  readonly tell: Tell
}

async function tellFault(error: unknown, { trail, tell }: Audited): Promise<void> {
  if (isApiError(error)) {
    trail.ended(error.code, error.toStatus())
    return tell('ResponseComplete')
  }
  trail.panicked(`APIServer panic'd: ${(error as Error).message}`)
  return tell('Panic')
}

const latencyNote = 'apiserver.latency.k8s.io/total'

/** A request that took long tells how long. */
function noteLatency(trail: AuditTrail, ms: number): void {
  if (ms > slowMs) trail.annotate(latencyNote, `${ms / 1000}s`)
}

const statusHead = '{"kind":"Status"'

/** Notes what the answer says, where nobody nearer to it has. */
function noteAnswer(trail: AuditTrail, { status, headers, body }: HttpResponse): void {
  const bytes =
    body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : undefined
  const isJson = headers['content-type']?.startsWith('application/json') === true
  const isStatus = isJson && bytes?.toString('latin1', 0, statusHead.length) === statusHead
  trail.ended(status, isStatus ? (JSON.parse(bytes.toString()) as Status) : undefined)
  if (isJson && bytes !== undefined && !isStatus && !trail.hasAnswer()) trail.answered(() => bytes.toString())
}

/** The answer, and what is to be done when its stream is over. */
function completing(answer: HttpResponse, complete: () => void): HttpResponse {
  const { body } = answer
  if (!('start' in body)) {
    complete()
    return answer
  }
  const start: typeof body.start = (sink) => {
    sink.onClose(complete)
    body.start(sink)
  }
  return { ...answer, body: { start } }
}

/** Tells of requests whose credentials are nobody's. Stands before authentication. */
export function auditRefused(auditor: Auditor, clock: Clock): Filter {
  return async (passing, next) => {
    try {
      return await next(passing)
    } catch (error) {
      if (passing.user === undefined && isApiError(error, 'Unauthorized'))
        await tellRefused(auditor, clock, passing)
      throw error
    }
  }
}

async function tellRefused({ policy, sink }: Auditor, clock: Clock, passing: Passing): Promise<void> {
  const scope = scopeOf(policy, accessOf(passing))
  if (scope.level === 'None') return
  const trail = trailOf(scope, passing, clock.now())
  trail.refused(attempted(passing.request.headers), 401)
  if (trail.hasStage('ResponseStarted'))
    await sink.take(trail.event('ResponseStarted', microTimeOf(clock.now())))
}

/** Which credentials were tried. */
function attempted(headers: Readonly<Record<string, string>>): string {
  const scheme = (headers['authorization'] ?? '').trim().split(' ')[0]?.toLowerCase()
  const tried = scheme === 'basic' || scheme === 'bearer' ? scheme : undefined
  return tried === undefined
    ? 'Authentication failed, no credentials provided'
    : `Authentication failed, attempted: ${tried}`
}
