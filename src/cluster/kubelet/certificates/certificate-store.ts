import { X509Certificate } from 'node:crypto'
import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyPair } from '#apiserver'
import type { Files } from '../../apiserver/options.ts'

/** Keeps certificates in a folder as upstream does: `NAME-DATE.pem` with certificate and key, `NAME-current.pem` a link. */
export class CertificateStore {
  readonly #folder: string
  readonly #name: string
  readonly #files: Files

  constructor(folder: string, name: 'kubelet-client' | 'kubelet-server', files: Files) {
    this.#folder = folder
    this.#name = name
    this.#files = files
  }

  /** The link to the certificate of now. */
  get path(): string {
    return join(this.#folder, `${this.#name}-current.pem`)
  }

  /** The certificate of now; undefined when there is none that lasts beyond `now`. */
  async current(now: number): Promise<KeyPair | undefined> {
    const bytes = await this.#files.read(this.path)
    const pair = bytes && splitPem(Buffer.from(bytes).toString())
    return pair && validity(pair).until > now ? pair : undefined
  }

  /** Keeps a new certificate; the link is whole at every moment. */
  async keep({ certificate, key }: KeyPair, now: number): Promise<void> {
    const stamp = new Date(now).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '-')
    const file = `${this.#name}-${stamp}.pem`
    await mkdir(this.#folder, { recursive: true })
    await this.#files.write(join(this.#folder, file), certificate + key, 0o600)
    const beside = `${this.path}.new`
    await rm(beside, { force: true })
    await symlink(file, beside)
    await rename(beside, this.path)
  }
}

/** From when until when a certificate is valid, in milliseconds since 1970; nothing at all for one that is broken. */
export function validity({ certificate }: KeyPair): { readonly from: number; readonly until: number } {
  try {
    const { validFrom, validTo } = new X509Certificate(certificate)
    return { from: Date.parse(validFrom), until: Date.parse(validTo) }
  } catch {
    return { from: 0, until: 0 }
  }
}

/** Certificates and key that stand in one text, whatever comes first. */
function splitPem(text: string): KeyPair {
  const blocks = text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n?/g) ?? []
  const isKey = (block: string) => /BEGIN [A-Z ]*PRIVATE KEY/.test(block)
  return {
    certificate: blocks.filter((block) => !isKey(block)).join(''),
    key: blocks.filter(isKey).join(''),
  }
}
