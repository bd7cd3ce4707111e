import { randomBytes } from 'node:crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { type Seal, SealError, type SealKey } from './seal.ts'

const nonceBytes = 24

/** XSalsa20 and Poly1305, NaCl's secret box. */
export const secretBoxSeal = ({ name, secret }: SealKey): Seal => ({
  prefix: `k8s:enc:secretbox:v1:${name}:`,
  seal(value) {
    const nonce = randomBytes(nonceBytes)
    return Buffer.concat([nonce, xsalsa20poly1305(secret, nonce).encrypt(value)])
  },
  open(sealed) {
    try {
      const nonce = sealed.subarray(0, nonceBytes)
      return xsalsa20poly1305(secret, nonce).decrypt(sealed.subarray(nonceBytes))
    } catch (cause) {
      throw new SealError('it was changed, or encrypted with another key of the same name', { cause })
    }
  },
})
