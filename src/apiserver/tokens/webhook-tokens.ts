import { hash } from 'node:crypto'
import { AnswerCache } from '#base/answer-cache'
import { never } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { TokenReviewStatus } from '#kinds/gen/authentication-v1'
import type { Identity } from '../account-tokens/identify.ts'
import { type Posted, withRetries } from '../webhook-call/with-retries.ts'

/** Says whose a token is that this server does not know itself, and for which of the audiences it is. */
export type TokenReviewer = (token: string, audiences: readonly string[]) => Promise<Identity | undefined>

/** How a server that knows tokens is asked. */
export interface TokenWebhookOptions {
  /** Sends the question and gives what was answered in time. */
  readonly post: (body: string) => Promise<Posted>
  readonly version: 'v1' | 'v1beta1'
  /** How long an answer counts, whatever it was. */
  readonly keptMs: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Asks another server whose a token is. A fault is told to the log, and is no answer to keep. */
export function webhookTokens(options: TokenWebhookOptions): TokenReviewer {
  const cache = new AnswerCache<{ identity: Identity | undefined }>(options.clock)
  return async (token, audiences) => {
    // No memory of the server holds a token longer than the request that brought it.
    const key = hash('sha256', JSON.stringify([token, ...audiences]), 'base64')
    const known = cache.get(key)
    if (known !== undefined) return known.identity
    try {
      const identity = identityOf(await ask(options, token, audiences), audiences)
      cache.set(key, { identity }, options.keptMs)
      return identity
    } catch (error) {
      options.log.error('Unable to ask whose a token is', { err: (error as Error).message })
      return undefined
    }
  }
}

/** @throws Error where there is no answer to go by. */
async function ask(
  options: TokenWebhookOptions,
  token: string,
  audiences: readonly string[],
): Promise<Partial<TokenReviewStatus>> {
  const body = JSON.stringify({
    kind: 'TokenReview',
    apiVersion: `authentication.k8s.io/${options.version}`,
    metadata: {},
    spec: { token, ...(audiences.length > 0 && { audiences }) },
    status: { user: {} },
  })
  const { status, text, fault } = await withRetries(() => options.post(body), options, never)
  if (status === undefined) throw new Error(fault?.message ?? 'no answer')
  if (status < 200 || status > 299) throw new Error(`the webhook answered ${status}`)
  return (JSON.parse(text) as { status?: Partial<TokenReviewStatus> } | null)?.status ?? {}
}

/** A server that knows nothing of audiences answers for all that are ours. */
function identityOf(status: Partial<TokenReviewStatus>, wanted: readonly string[]): Identity | undefined {
  const name = status.user?.username ?? ''
  if (status.authenticated !== true || name === '') return undefined
  const told = status.audiences ?? []
  const audiences = told.length === 0 ? wanted : wanted.filter((one) => told.includes(one))
  if (wanted.length > 0 && audiences.length === 0) return undefined
  const { uid = '', groups = [], extra } = status.user ?? {}
  return { user: { name, groups, ...(uid !== '' && { uid }), ...(extra && { extra }) }, audiences }
}
