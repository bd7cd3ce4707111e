import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type Seal, SealError, type SealKey } from './seal.ts'

const blockBytes = 16
const nonceBytes = 12
const tagBytes = 16

/** Lengths of keys that AES takes, in bytes. */
export const aesKeyBytes: readonly number[] = [16, 24, 32]

/** AES-CBC with PKCS #7 padding. It does not notice all changes: aesgcm or secretbox do. */
export function aesCbcSeal({ name, secret }: SealKey): Seal {
  const cipher = `aes-${secret.length * 8}-cbc`
  return {
    prefix: `k8s:enc:aescbc:v1:${name}:`,
    seal(value) {
      const start = randomBytes(blockBytes)
      const sealing = createCipheriv(cipher, secret, start)
      return Buffer.concat([start, sealing.update(value), sealing.final()])
    },
    open: (sealed) =>
      orRefuse(() => {
        const opening = createDecipheriv(cipher, secret, sealed.subarray(0, blockBytes))
        return Buffer.concat([opening.update(sealed.subarray(blockBytes)), opening.final()])
      }),
  }
}

/** AES-GCM with a random nonce, bound to the key that the value is stored at. */
export function aesGcmSeal({ name, secret }: SealKey): Seal {
  const cipher = `aes-${secret.length * 8}-gcm` as 'aes-256-gcm'
  const options = { authTagLength: tagBytes }
  return {
    prefix: `k8s:enc:aesgcm:v1:${name}:`,
    seal(value, context) {
      const nonce = randomBytes(nonceBytes)
      const sealing = createCipheriv(cipher, secret, nonce, options).setAAD(Buffer.from(context))
      return Buffer.concat([nonce, sealing.update(value), sealing.final(), sealing.getAuthTag()])
    },
    open: (sealed, context) =>
      orRefuse(() => {
        const end = sealed.length - tagBytes
        const opening = createDecipheriv(cipher, secret, sealed.subarray(0, nonceBytes), options)
        opening.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(end))
        return Buffer.concat([opening.update(sealed.subarray(nonceBytes, end)), opening.final()])
      }),
  }
}

function orRefuse(open: () => Uint8Array): Uint8Array {
  try {
    return open()
  } catch (cause) {
    throw new SealError('it was changed, or encrypted with another key of the same name', { cause })
  }
}
