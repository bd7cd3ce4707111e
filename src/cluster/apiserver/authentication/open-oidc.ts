import { type FetchJson, openOidcTokens, type TokenReviewer } from '#apiserver'
import { httpTransport } from '#client'
import { readText } from '../open-store.ts'
import type { ApiServerHost } from '../options.ts'
import type { OidcSettings } from './settings.ts'

const timeoutMs = 30_000
const bytesMax = 1 << 20

/** Reads the tokens of issuers of OpenID Connect; undefined where there are none. @throws Error for a file that is not there. */
export async function openOidc(
  issuers: readonly OidcSettings[],
  audiences: readonly string[],
  host: ApiServerHost,
): Promise<TokenReviewer | undefined> {
  if (issuers.length === 0) return undefined
  const all = await Promise.all(
    issuers.map(async (issuer) => {
      const ca = issuer.ca ?? (await readText(issuer.caFile, host))
      return { ...issuer, fetch: fetching(ca, host) }
    }),
  )
  return openOidcTokens({ issuers: all, audiences, clock: host.clock, log: host.log })
}

/** Reads JSON, in time and of bounded length; redirections are not followed. */
const fetching =
  (ca: string | undefined, { clock }: ApiServerHost): FetchJson =>
  async (url) => {
    const { origin, pathname, search } = new URL(url)
    const transport = httpTransport({ server: origin, ca })
    const giveUp = new AbortController()
    const cancelTimer = clock.after(timeoutMs, () => giveUp.abort(new Error(`${url} does not answer`)))
    try {
      const request = { method: 'GET', path: pathname + search, headers: { accept: 'application/json' } }
      const answer = await transport.request(request, giveUp.signal)
      if (answer.status !== 200) throw new Error(`GET ${url}: ${answer.status}`)
      const pieces: Uint8Array[] = []
      let length = 0
      for await (const piece of answer.body) {
        length += piece.length
        if (length > bytesMax) throw new Error(`GET ${url}: the answer is too long`)
        pieces.push(piece)
      }
      return JSON.parse(Buffer.concat(pieces).toString()) as unknown
    } finally {
      cancelTimer()
      transport.close()
    }
  }
