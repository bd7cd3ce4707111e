/** Why an address or a port cannot be had, in upstream's words. */
export class PoolError extends Error {
  override readonly name = 'PoolError'
}
