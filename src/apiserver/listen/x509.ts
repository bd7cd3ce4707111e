/** The library takes 0.1 s to load, so it is loaded when a certificate must be made or read. */
export async function x509() {
  await import('reflect-metadata')
  // A CommonJS package: once bundled, only its default export is left.
  const { default: lib } = await import('@peculiar/x509')
  return lib
}

/** A serial number: positive and 127 bits: the top bit would make it negative. */
export function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40
  return Buffer.from(bytes).toString('hex')
}
