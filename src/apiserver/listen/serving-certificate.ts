import { X509Certificate, createPrivateKey } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { type Authority, type KeyPair, createAuthority, openAuthority } from './certificates.ts'

/** Reads and writes whole files; `host` has the real one. */
export interface CertificateFiles {
  read(path: string): Promise<Uint8Array | undefined>
  write(path: string, data: string, mode?: number): Promise<void>
}

/** The server's own certificate and the authority that signed it. */
export interface ServingCertificate extends KeyPair {
  readonly authority: Authority
}

/** A certificate is made anew when less than this is left of it. */
const renewMs = 30 * 86_400_000

/**
 * The certificate in `folder` when it is valid for all `names`, a new one otherwise: `apiserver.crt` and `apiserver.key`
 * as upstream names them, with the authority's `ca.crt` and `ca.key` beside them.
 */
export async function servingCertificate(
  folder: string,
  names: readonly string[],
  files: CertificateFiles,
  clock: Clock,
  log: Log,
): Promise<ServingCertificate> {
  const authority = await ownAuthority(folder, files, clock)
  const stored = await readPair(`${folder}/apiserver`, files)
  if (stored && isFit(stored, authority, names, clock.now())) return { ...stored, authority }
  const made = await authority.issue({
    commonName: `${names[0] ?? 'localhost'}@${Math.floor(clock.now() / 1000)}`,
    names,
    use: 'server',
  })
  const pair = { key: made.key, certificate: made.certificate + authority.certificate }
  await files.write(`${folder}/apiserver.key`, pair.key, 0o600)
  await files.write(`${folder}/apiserver.crt`, pair.certificate, 0o644)
  log.info('Generated self-signed cert', { cert: `${folder}/apiserver.crt`, key: `${folder}/apiserver.key` })
  return { ...pair, authority }
}

async function ownAuthority(folder: string, files: CertificateFiles, clock: Clock): Promise<Authority> {
  const stored = await readPair(`${folder}/ca`, files)
  if (stored && isCurrent(stored, clock.now())) return openAuthority(stored, clock)
  const made = await createAuthority(`kubeling-ca@${Math.floor(clock.now() / 1000)}`, clock)
  await files.write(`${folder}/ca.key`, made.key, 0o600)
  await files.write(`${folder}/ca.crt`, made.certificate, 0o644)
  return made
}

async function readPair(path: string, files: CertificateFiles): Promise<KeyPair | undefined> {
  const certificate = await files.read(`${path}.crt`)
  const key = await files.read(`${path}.key`)
  if (!certificate || !key) return undefined
  return { certificate: Buffer.from(certificate).toString(), key: Buffer.from(key).toString() }
}

/** Whether key and certificate belong together and the certificate will last a while. */
function isCurrent(pair: KeyPair, now: number): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate)
    return (
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) - renewMs > now
    )
  } catch {
    // A broken file is as good as none: it is written anew.
    return false
  }
}

function isFit(pair: KeyPair, authority: Authority, names: readonly string[], now: number): boolean {
  if (!isCurrent(pair, now)) return false
  const certificate = new X509Certificate(pair.certificate)
  if (!certificate.verify(new X509Certificate(authority.certificate).publicKey)) return false
  return names.every((name) => certificate.checkHost(name) ?? certificate.checkIP(name))
}
