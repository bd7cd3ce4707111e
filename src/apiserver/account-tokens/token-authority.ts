import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

/** An object that a token names. */
export interface NamedObject {
  readonly name: string
  readonly uid?: string
}

/** What a service account's token says. */
export interface AccountClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: readonly string[]
  /** Seconds since 1970. */
  readonly exp: number
  readonly iat: number
  readonly nbf: number
  readonly jti: string
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: NamedObject
    readonly pod?: NamedObject
    readonly secret?: NamedObject
    readonly node?: NamedObject
    /** After this the token works on, and whoever shows it is behind. */
    readonly warnafter?: number
  }
}

/** What an authority is made of: PEM texts and names. */
export interface TokenAuthorityParts {
  readonly key: string
  /** Keys whose tokens are taken too: private or public ones. */
  readonly otherKeys?: readonly string[]
  readonly issuer: string
  /** What the API server calls itself; absent: the issuer's name. */
  readonly audiences?: readonly string[]
}

interface VerifyingKey {
  readonly id: string
  readonly algorithm: string
  readonly key: KeyObject
}

const curves: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

/** The name that tokens have for a key's way of signing. @throws Error for a key that cannot sign tokens. */
function algorithmOf(key: KeyObject): string {
  const { namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  const algorithm = key.asymmetricKeyType === 'rsa' ? 'RS256' : curves[namedCurve]
  if (algorithm === undefined) throw new Error('a key for tokens must be of RSA, P-256, P-384 or P-521')
  return algorithm
}

/** The key's own name: nobody can find the key by it. */
const idOf = (key: KeyObject) =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url')

function verifyingKey(pem: string): VerifyingKey {
  const key = createPublicKey(pem)
  return { id: idOf(key), algorithm: algorithmOf(key), key }
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const digestOf = (algorithm: string) => `sha${algorithm.slice(2)}`

/** Signs the tokens of service accounts, and knows its own again. */
export class TokenAuthority {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly #signing: KeyObject
  readonly #keys: readonly VerifyingKey[]

  constructor({ key, otherKeys = [], issuer, audiences = [issuer] }: TokenAuthorityParts) {
    this.issuer = issuer
    this.audiences = audiences
    this.#signing = createPrivateKey(key)
    this.#keys = [key, ...otherKeys].map(verifyingKey)
  }

  /** The claims as a signed token. */
  sign(claims: AccountClaims): string {
    const { id, algorithm } = this.#keys[0] as VerifyingKey
    const text = `${part({ alg: algorithm, kid: id })}.${part(claims)}`
    const bytes = sign(digestOf(algorithm), Buffer.from(text), {
      key: this.#signing,
      dsaEncoding: 'ieee-p1363',
    })
    return `${text}.${bytes.toString('base64url')}`
  }

  /** What a token of this authority says, be it in time or not; undefined for any other token. */
  read(token: string): AccountClaims | undefined {
    const [head = '', body = '', signature = '', ...more] = token.split('.')
    if (more.length > 0) return undefined
    const claims = parsed(body) as AccountClaims | undefined
    if (claims?.iss !== this.issuer) return undefined
    const { alg, kid } = (parsed(head) ?? {}) as { alg?: string; kid?: string }
    const isTheirs = this.#keys.some(
      ({ id, algorithm, key }) =>
        algorithm === alg &&
        (kid === undefined || kid === id) &&
        verify(
          digestOf(algorithm),
          Buffer.from(`${head}.${body}`),
          { key, dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature, 'base64url'),
        ),
    )
    return isTheirs ? claims : undefined
  }

  /** The public keys, as relying parties read them. */
  publicKeys(): object[] {
    return this.#keys.map(({ id, algorithm, key }) => ({
      use: 'sig',
      kid: id,
      alg: algorithm,
      ...key.export({ format: 'jwk' }),
    }))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** A new key that tokens can be signed with, as PEM. */
export function newTokenKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
