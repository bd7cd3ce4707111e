import { join } from 'node:path'
import { createAuthority, isCurrent, type KeyPair, readPair, writePair } from '#apiserver'
import type { KubeletHost } from './options.ts'

/** The kubelet's certificate in `folder` when it is still good for all `names`; a new one, of an authority that is then forgotten, otherwise. */
export async function kubeletCertificate(
  folder: string,
  names: readonly string[],
  { clock, files, log }: KubeletHost,
): Promise<KeyPair> {
  const path = join(folder, 'kubelet')
  const stored = await readPair(path, files)
  if (stored && isCurrent(stored, clock.now(), names)) return stored
  const at = Math.floor(clock.now() / 1000)
  const authority = await createAuthority(`${names[0]}-ca@${at}`, clock)
  const made = await authority.issue({ commonName: `${names[0]}@${at}`, names, use: 'server' })
  const pair = { key: made.key, certificate: made.certificate + authority.certificate }
  await writePair(path, pair, files)
  log.info('Generated self-signed cert', { cert: `${path}.crt`, key: `${path}.key` })
  return pair
}
