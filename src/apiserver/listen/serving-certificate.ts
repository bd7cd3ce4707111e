import { X509Certificate } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { type Authority, type KeyPair, createAuthority, openAuthority } from './certificates.ts'
import { type CertificateFiles, isCurrent, readPair, writePair } from './stored-pair.ts'

/** The server's own certificate and the authority that signed it. */
export interface ServingCertificate extends KeyPair {
  readonly authority: Authority
}

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
  await writePair(`${folder}/apiserver`, pair, files)
  log.info('Generated self-signed cert', { cert: `${folder}/apiserver.crt`, key: `${folder}/apiserver.key` })
  return { ...pair, authority }
}

async function ownAuthority(folder: string, files: CertificateFiles, clock: Clock): Promise<Authority> {
  const stored = await readPair(`${folder}/ca`, files)
  if (stored && isCurrent(stored, clock.now())) return openAuthority(stored, clock)
  const made = await createAuthority(`kubeling-ca@${Math.floor(clock.now() / 1000)}`, clock)
  await writePair(`${folder}/ca`, made, files)
  return made
}

function isFit(pair: KeyPair, authority: Authority, names: readonly string[], now: number): boolean {
  if (!isCurrent(pair, now, names)) return false
  return new X509Certificate(pair.certificate).verify(new X509Certificate(authority.certificate).publicKey)
}
