/** A value that cannot be read with the keys that are there. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

/** One way of keeping values so that only those with a key can read them. */
export interface Seal {
  /** What every value that this seal has made begins with. */
  readonly prefix: string
  /** @param context where the value is kept; seals that can bind the value to it. */
  seal(value: Uint8Array, context: string): Uint8Array
  /** @throws SealError for what was changed, or sealed with another key. */
  open(sealed: Uint8Array, context: string): Uint8Array
}

/** A key with the name by which stored values tell it. */
export interface SealKey {
  readonly name: string
  readonly secret: Uint8Array
}

/** The seals of one resource: the first makes new values, all of them read. */
export class Seals {
  readonly #all: readonly { readonly seal: Seal; readonly prefix: Buffer }[]

  constructor(all: readonly Seal[]) {
    this.#all = all.map((seal) => ({ seal, prefix: Buffer.from(seal.prefix) }))
  }

  seal(value: Uint8Array, context: string): Uint8Array {
    const [first] = this.#all
    if (first === undefined) return value
    return first.prefix.length === 0
      ? first.seal.seal(value, context)
      : Buffer.concat([first.prefix, first.seal.seal(value, context)])
  }

  /** The value, and whether a new one would be kept otherwise. @throws SealError. */
  open(stored: Uint8Array, context: string): { readonly value: Uint8Array; readonly isStale: boolean } {
    const at = this.#all.findIndex(({ prefix }) => startsWith(stored, prefix))
    const found = this.#all[at]
    if (found === undefined) throw new SealError(noneFits(stored))
    return { value: found.seal.open(stored.subarray(found.prefix.length), context), isStale: at > 0 }
  }
}

const startsWith = (bytes: Uint8Array, prefix: Buffer): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, prefix.length)).equals(prefix)

/** What the values of all seals begin with. */
export const sealedPrefix = 'k8s:enc:'

function noneFits(stored: Uint8Array): string {
  const head = Buffer.from(stored.buffer, stored.byteOffset, Math.min(stored.byteLength, 128)).toString(
    'latin1',
  )
  const name = /^k8s:enc:([^:]+:v\d+:[^:]*):/.exec(head)?.[1]
  return name === undefined
    ? 'it is not encrypted, and the provider identity is not among those of its resource'
    : `no provider of its resource has the key that it was encrypted with (${name})`
}

/** Values as they are. What another seal has made is not taken for a value. */
export const identitySeal: Seal = {
  prefix: '',
  seal: (value) => value,
  open(stored) {
    if (startsWith(stored, Buffer.from(sealedPrefix))) throw new SealError(noneFits(stored))
    return stored
  },
}
