import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { createAuthority, type KeyPair } from '#apiserver'
import type { KubeletHost } from './options.ts'

/** A certificate is made anew when less than this is left of it. */
const renewMs = 30 * 86_400_000

/** The kubelet's certificate in `folder` when it is still good for all `names`; a new one, of an authority that is then forgotten, otherwise. */
export async function kubeletCertificate(
  folder: string,
  names: readonly string[],
  { clock, files, log }: KubeletHost,
): Promise<KeyPair> {
  const [certificateFile, keyFile] = [join(folder, 'kubelet.crt'), join(folder, 'kubelet.key')]
  const [certificate, key] = await Promise.all([files.read(certificateFile), files.read(keyFile)])
  if (certificate && key) {
    const stored = { certificate: Buffer.from(certificate).toString(), key: Buffer.from(key).toString() }
    if (isFit(stored, names, clock.now())) return stored
  }
  const at = Math.floor(clock.now() / 1000)
  const authority = await createAuthority(`${names[0]}-ca@${at}`, clock)
  const made = await authority.issue({ commonName: `${names[0]}@${at}`, names, use: 'server' })
  const pair = { key: made.key, certificate: made.certificate + authority.certificate }
  await files.write(keyFile, pair.key, 0o600)
  await files.write(certificateFile, pair.certificate, 0o644)
  log.info('Generated self-signed cert', { cert: certificateFile, key: keyFile })
  return pair
}

function isFit(pair: KeyPair, names: readonly string[], now: number): boolean {
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
