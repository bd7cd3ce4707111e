import { X509Certificate } from 'node:crypto'

const chainMax = 8
const pemForm = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a file of authorities. */
export const authoritiesOf = (pem: string): readonly X509Certificate[] =>
  Array.from(pem.match(pemForm) ?? [], (one) => new X509Certificate(one))

/**
 * Whether one of these authorities has signed a certificate, itself or through those in between that came with it. Asked
 * only of certificates that some authority of ours is known to have signed, where there are several with different rights.
 */
export function isSignedBy(leaf: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  let current: X509Certificate | undefined = leaf
  for (let depth = 0; current !== undefined && depth < chainMax; depth++) {
    const one: X509Certificate = current
    if (authorities.some((authority) => isIssuer(authority, one))) return true
    const next: X509Certificate | undefined = one.issuerCertificate
    current = next !== undefined && next.ca && isIssuer(next, one) ? next : undefined
  }
  return false
}

const isIssuer = (authority: X509Certificate, one: X509Certificate) =>
  one.checkIssued(authority) && one.verify(authority.publicKey)
