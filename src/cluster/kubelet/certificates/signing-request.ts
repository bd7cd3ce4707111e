import { isIP } from 'node:net'
import type { KeyPair } from '#apiserver'

/** What a certificate is asked for. */
export interface RequestWish {
  readonly commonName: string
  readonly organizations: readonly string[]
  /** Host names and addresses that it is to be valid for. */
  readonly names: readonly string[]
}

/** A request to be signed, and the key that stays here. */
export interface SigningRequest {
  /** PEM. */
  readonly request: string
  readonly key: KeyPair['key']
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Makes a key, and the request for a certificate of it (PKCS #10). */
export async function signingRequest(wish: RequestWish): Promise<SigningRequest> {
  await import('reflect-metadata')
  // A CommonJS package: once bundled, only its default export is left.
  const { default: lib } = await import('@peculiar/x509')
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const names = wish.names.map((value) => ({
    type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
    value,
  }))
  const made = await lib.Pkcs10CertificateRequestGenerator.create({
    name: [...wish.organizations.map((one) => ({ O: [one] })), { CN: [wish.commonName] }],
    keys,
    signingAlgorithm: algorithm,
    ...(names.length > 0 && { extensions: [new lib.SubjectAlternativeNameExtension(names)] }),
  })
  const bytes = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  const key = lib.PemConverter.encode(bytes, 'PRIVATE KEY')
  return { request: ended(made.toString('pem')), key: ended(key) }
}

const ended = (pem: string) => (pem.endsWith('\n') ? pem : `${pem}\n`)
