import type { KeyPair } from '#apiserver'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const uses = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const

/** Signs a certificate signing request (PEM) as a cluster's signer does; gives PEM. */
export async function signRequest(
  authority: KeyPair,
  request: string,
  use: 'server' | 'client',
  validity: { readonly notBefore: Date; readonly notAfter: Date },
): Promise<string> {
  await import('reflect-metadata')
  const { default: lib } = await import('@peculiar/x509')
  const asked = new lib.Pkcs10CertificateRequest(request)
  const issuer = new lib.X509Certificate(authority.certificate)
  const key = lib.PemConverter.decode(authority.key)[0] as ArrayBuffer
  const names = asked.getExtension('2.5.29.17')
  const certificate = await lib.X509CertificateGenerator.create({
    subject: asked.subject,
    issuer: issuer.subject,
    ...validity,
    signingAlgorithm: algorithm,
    publicKey: asked.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', key, algorithm, false, ['sign']),
    extensions: [
      new lib.KeyUsagesExtension(lib.KeyUsageFlags.digitalSignature, true),
      new lib.ExtendedKeyUsageExtension([uses[use]]),
      ...(names ? [names] : []),
    ],
  })
  return `${certificate.toString('pem').trimEnd()}\n`
}

/** A signing request (PEM) for a common name in a group, with its key. */
export async function newRequest(
  commonName: string,
  organization: string,
): Promise<{ readonly request: string; readonly key: string }> {
  await import('reflect-metadata')
  const { default: lib } = await import('@peculiar/x509')
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const name = [{ CN: [commonName] }, { O: [organization] }]
  const made = await lib.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm })
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { request: made.toString('pem'), key: lib.PemConverter.encode(key, 'PRIVATE KEY') }
}

/** A signing request (PEM) for a common name in a group, with a key that nobody keeps. */
export const requestedBy = async (commonName: string, organization = 'system:nodes'): Promise<string> =>
  (await newRequest(commonName, organization)).request
