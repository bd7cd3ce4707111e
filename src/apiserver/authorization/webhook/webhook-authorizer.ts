import { never } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Random } from '#base/random'
import type { SubjectAccessReviewStatus } from '#kinds/gen/authorization-v1'
import { type Access, type Authorizer, noRules, type Verdict } from '../contract.ts'
import { AnswerCache } from '#base/answer-cache'
import { oldReviewOf, reviewOf } from './review-of.ts'
import { type Posted, withRetries } from '../../webhook-call/with-retries.ts'

/** How a server that decides is asked. */
export interface WebhookOptions {
  /** Sends the question and gives what was answered in time. */
  readonly post: (body: string) => Promise<Posted>
  readonly version: 'v1' | 'v1beta1'
  readonly authorizedMs: number
  readonly unauthorizedMs: number
  /** What counts when nobody could be asked. */
  readonly onFailure: 'Deny' | 'NoOpinion'
  readonly clock: Clock
  readonly random: Random
}

/** Questions that are larger than this are not kept: who asks would fill the memory with them. */
const keptMax = 10_000

/** Leaves decisions to another server, whose answers are kept for a while. */
export function webhookAuthorizer(options: WebhookOptions): Authorizer {
  const cache = new AnswerCache<SubjectAccessReviewStatus>(options.clock)
  return {
    authorize(access) {
      const spec = reviewOf(access)
      const key = JSON.stringify(spec)
      const known = cache.get(key)
      if (known !== undefined) return verdictOf(known)
      return askFor(options, access, spec, (status) =>
        cache.set(key, status, status.allowed ? options.authorizedMs : options.unauthorizedMs),
      )
    },
    rulesFor: () => ({
      ...noRules,
      incomplete: true,
      errors: ['webhook authorizer does not support user rule resolution'],
    }),
  }
}

async function askFor(
  options: WebhookOptions,
  access: Access,
  spec: ReturnType<typeof reviewOf>,
  keep: (status: SubjectAccessReviewStatus) => void,
): Promise<Verdict> {
  const { version, onFailure } = options
  const body = JSON.stringify({
    kind: 'SubjectAccessReview',
    apiVersion: `authorization.k8s.io/${version}`,
    metadata: {},
    spec: version === 'v1' ? spec : oldReviewOf(spec),
    status: { allowed: false },
  })
  try {
    const status = statusOf(await withRetries(() => options.post(body), options, never))
    if (sizeOf(access) < keptMax) keep(status)
    return verdictOf(status)
  } catch (error) {
    return { decision: onFailure === 'Deny' ? 'deny' : 'none', reason: '', error: error as Error }
  }
}

const sizeOf = (access: Access) =>
  [
    access.namespace,
    access.verb,
    access.group,
    access.version,
    access.resource,
    access.subresource,
    access.name,
    access.path,
  ].join('').length

/** @throws Error that says why there is no answer to go by. */
function statusOf({ status, text, fault }: Posted): SubjectAccessReviewStatus {
  if (status === undefined) throw new Error(fault?.message ?? 'no answer')
  if (status < 200 || status > 299) throw new Error(`webhook answered ${status}: ${text.slice(0, 200)}`)
  const answer = JSON.parse(text) as { status?: Partial<SubjectAccessReviewStatus> } | null
  const { allowed = false, denied = false, reason = '' } = answer?.status ?? {}
  return { allowed: allowed === true, denied: denied === true, reason: String(reason) }
}

function verdictOf({ allowed, denied, reason = '' }: SubjectAccessReviewStatus): Verdict {
  if (denied && allowed) {
    const error = new Error('webhook subject access review returned both allow and deny response')
    return { decision: 'deny', reason, error }
  }
  return { decision: denied ? 'deny' : allowed ? 'allow' : 'none', reason }
}
