import type { JSONWebKeySet } from 'jose'
import type { Clock } from '#base/clock'

/** Reads JSON from a URL. @throws Error when there is none. */
export type FetchJson = (url: string) => Promise<unknown>

/** Unknown keys are asked for no more often than this: anybody can make tokens that name one. */
const againMs = 10_000

/** The keys of one issuer: found by its discovery document, kept, and read again when a token names another one. */
export class IssuerKeys {
  readonly #url: string
  readonly #discoveryUrl: string
  readonly #fetch: FetchJson
  readonly #clock: Clock
  #known: Promise<JSONWebKeySet> | undefined
  #readAt = -Infinity

  constructor(url: string, discoveryUrl: string | undefined, fetch: FetchJson, clock: Clock) {
    this.#url = url
    this.#discoveryUrl = discoveryUrl ?? `${url.replace(/\/$/, '')}/.well-known/openid-configuration`
    this.#fetch = fetch
    this.#clock = clock
  }

  /** @throws Error when they cannot be read. */
  async current(): Promise<JSONWebKeySet> {
    return this.#known ?? this.#read()
  }

  /** The keys as they are now; undefined when they have been read just before. */
  async newer(): Promise<JSONWebKeySet | undefined> {
    return this.#clock.monotonic() - this.#readAt < againMs ? undefined : this.#read()
  }

  #read(): Promise<JSONWebKeySet> {
    this.#readAt = this.#clock.monotonic()
    const before = this.#known
    const reading = this.#readNow()
    this.#known = reading
    reading.catch(() => {
      if (this.#known === reading) this.#known = before
    })
    return reading
  }

  async #readNow(): Promise<JSONWebKeySet> {
    const found = (await this.#fetch(this.#discoveryUrl)) as { issuer?: unknown; jwks_uri?: unknown } | null
    if (found?.issuer !== this.#url) {
      const [told, wanted] = [JSON.stringify(found?.issuer), JSON.stringify(this.#url)]
      throw new Error(
        `oidc: issuer did not match the issuer returned by provider, expected ${wanted} got ${told}`,
      )
    }
    if (typeof found.jwks_uri !== 'string') throw new Error('oidc: the discovery document names no jwks_uri')
    return (await this.#fetch(found.jwks_uri)) as JSONWebKeySet
  }
}
