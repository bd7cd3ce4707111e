import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyPair } from './certificates.ts'

/** Reads and writes whole files; `host` has the real one. */
export interface CertificateFiles {
  read(path: string): Promise<Uint8Array | undefined>
  write(path: string, data: string, mode?: number): Promise<void>
}

/** A certificate is made anew when less than this is left of it. */
const renewMs = 30 * 86_400_000

/** The pair at `path`.crt and `path`.key; undefined when one of them is missing. */
export async function readPair(path: string, files: CertificateFiles): Promise<KeyPair | undefined> {
  const certificate = await files.read(`${path}.crt`)
  const key = await files.read(`${path}.key`)
  if (!certificate || !key) return undefined
  return { certificate: Buffer.from(certificate).toString(), key: Buffer.from(key).toString() }
}

/** Writes the pair to `path`.crt and, for its owner alone, `path`.key. */
export async function writePair(
  path: string,
  { certificate, key }: KeyPair,
  files: CertificateFiles,
): Promise<void> {
  await files.write(`${path}.key`, key, 0o600)
  await files.write(`${path}.crt`, certificate, 0o644)
}

/** Whether key and certificate belong together, are for all `names`, and the certificate will last a while. */
export function isCurrent(pair: KeyPair, now: number, names: readonly string[] = []): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate)
    return (
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) - renewMs > now &&
      names.every((name) => certificate.checkHost(name) ?? certificate.checkIP(name))
    )
  } catch {
    // A broken file is as good as none: it is written anew.
    return false
  }
}
