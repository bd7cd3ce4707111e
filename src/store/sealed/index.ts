import type { Seal, SealKey } from './seal.ts'

export { aesCbcSeal, aesGcmSeal, aesKeyBytes } from './aes.ts'
export { identitySeal, type Seal, SealError, type SealKey, Seals } from './seal.ts'
export { sealedStore, type SealsOf } from './sealed-store.ts'

/** Length of a key of `secretBoxSeal`, in bytes. */
export const secretBoxKeyBytes = 32

/** NaCl's secret box: XSalsa20 and Poly1305. */
export async function secretBoxSeal(key: SealKey): Promise<Seal> {
  // Few configurations name it.
  const box = await import('./secret-box.ts')
  return box.secretBoxSeal(key)
}
