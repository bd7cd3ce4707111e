import { serialNumber, x509 } from './x509.ts'

/** What a signing request (PKCS #10) asks to be certified. */
export interface RequestFacts {
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
}

const alternativeNames = '2.5.29.17'

/** Reads a signing request (PEM). @throws Error for what is none, or was not signed with its own key. */
export async function readSigningRequest(pem: string): Promise<RequestFacts> {
  const lib = await x509()
  const request = new lib.Pkcs10CertificateRequest(pem)
  if (!(await request.verify())) throw new Error('the signature is not that of the key in it')
  const found = request.getExtension(alternativeNames)
  const names = found === null ? [] : new lib.SubjectAlternativeNameExtension(found.rawData).names.items
  const of = (type: string) => names.filter((one) => one.type === type).map(({ value }) => value)
  return {
    commonName: request.subjectName.getField('CN').at(-1) ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: of('dns'),
    addresses: of('ip'),
    emails: of('email'),
    uris: of('url'),
  }
}

/** How a certificate is made of a signing request. */
export interface SigningTerms {
  readonly notBefore: Date
  readonly notAfter: Date
  /** Names of key usages as certificates.k8s.io/v1 has them: `digital signature`, `client auth`. */
  readonly usages: readonly string[]
}

const extendedUses: Readonly<Record<string, string>> = {
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
}

/** Signs what a request asks for with an authority's certificate and key (PEM): a certificate (PEM) for no authority. */
export async function signRequest(
  authority: { readonly certificate: string; readonly key: string },
  pem: string,
  { notBefore, notAfter, usages }: SigningTerms,
): Promise<string> {
  const lib = await x509()
  const request = new lib.Pkcs10CertificateRequest(pem)
  const signer = new lib.X509Certificate(authority.certificate)
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keyBytes = lib.PemConverter.decode(authority.key)[0] as ArrayBuffer
  const names = request.getExtension(alternativeNames)
  const { digitalSignature, keyEncipherment } = lib.KeyUsageFlags
  const flags =
    (usages.includes('digital signature') ? digitalSignature : 0) |
    (usages.includes('key encipherment') ? keyEncipherment : 0)
  const extended = usages.flatMap((one) => extendedUses[one] ?? [])
  const certificate = await lib.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: request.subject,
    issuer: signer.subject,
    notBefore,
    notAfter,
    signingAlgorithm,
    publicKey: request.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', keyBytes, signingAlgorithm, false, ['sign']),
    extensions: [
      new lib.BasicConstraintsExtension(false, undefined, true),
      new lib.KeyUsagesExtension(flags, true),
      new lib.ExtendedKeyUsageExtension(extended),
      await lib.AuthorityKeyIdentifierExtension.create(signer),
      ...(names ? [names] : []),
    ],
  })
  return `${certificate.toString('pem').trimEnd()}\n`
}
