import { isIP } from 'node:net'
import type { Clock } from '#base/clock'
import { serialNumber, x509 } from './x509.ts'

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

/** What a certificate to be signed is for. */
export interface CertificateWish {
  readonly commonName: string
  readonly organizations?: readonly string[]
  /** Names and addresses it is valid for. */
  readonly names?: readonly string[]
  readonly use: 'server' | 'client' | 'both'
}

/** A certificate authority in hand. */
export interface Authority {
  readonly certificate: string
  readonly key: string
  issue(wish: CertificateWish): Promise<KeyPair>
}

const dayMs = 86_400_000
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const serverAuth = '1.3.6.1.5.5.7.3.1'
const clientAuth = '1.3.6.1.5.5.7.3.2'

const validity = (clock: Clock, days: number) => ({
  // Other machines' clocks may be behind ours.
  notBefore: new Date(clock.now() - dayMs / 24),
  notAfter: new Date(clock.now() + days * dayMs),
})

/** Makes a new authority, valid for ten years. */
export async function createAuthority(commonName: string, clock: Clock): Promise<Authority> {
  const { KeyUsageFlags, KeyUsagesExtension, BasicConstraintsExtension, ...lib } = await x509()
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await lib.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    ...validity(clock, 3650),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(
        KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign,
        true,
      ),
      await lib.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return openAuthority(
    { certificate: text(certificate.toString('pem')), key: await keyPem(keys.privateKey) },
    clock,
  )
}

/** Uses an authority that was made before. */
export function openAuthority(pair: KeyPair, clock: Clock): Authority {
  return { ...pair, issue: (wish) => issue(pair, wish, clock) }
}

async function issue(authority: KeyPair, wish: CertificateWish, clock: Clock): Promise<KeyPair> {
  const lib = await x509()
  const signer = new lib.X509Certificate(authority.certificate)
  const signingKey = await crypto.subtle.importKey('pkcs8', keyBytes(authority.key), algorithm, false, [
    'sign',
  ])
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const uses = [
    ...(wish.use === 'client' ? [] : [serverAuth]),
    ...(wish.use === 'server' ? [] : [clientAuth]),
  ]
  const names = (wish.names ?? []).map((name) => ({
    type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const),
    value: name,
  }))
  const certificate = await lib.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [...(wish.organizations ?? []).map((one) => ({ O: [one] })), { CN: [wish.commonName] }],
    issuer: signer.subject,
    ...validity(clock, 365),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new lib.BasicConstraintsExtension(false, undefined, true),
      new lib.KeyUsagesExtension(
        lib.KeyUsageFlags.digitalSignature | lib.KeyUsageFlags.keyEncipherment,
        true,
      ),
      new lib.ExtendedKeyUsageExtension(uses),
      await lib.AuthorityKeyIdentifierExtension.create(signer),
      ...(names.length > 0 ? [new lib.SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  return { certificate: text(certificate.toString('pem')), key: await keyPem(keys.privateKey) }
}

async function keyPem(key: CryptoKey): Promise<string> {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}

const keyBytes = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')

const text = (pem: string) => (pem.endsWith('\n') ? pem : `${pem}\n`)

/** The common name that a signing request (PEM) asks for; empty when it has none. @throws Error for what is no request. */
export async function requestedName(request: string): Promise<string> {
  const { Pkcs10CertificateRequest } = await x509()
  return new Pkcs10CertificateRequest(request).subjectName.getField('CN').at(-1) ?? ''
}
