const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes of a base64 text as characters. */
function binary(base64: string): string {
  let out = ''
  let held = 0
  let bits = 0
  for (const char of base64.replace(/=+$/, '')) {
    held = (held << 6) | alphabet.indexOf(char)
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out += String.fromCharCode((held >> bits) & 0xff)
    held &= (1 << bits) - 1
  }
  return out
}

const block = /^-----BEGIN ([^\n]*?)-----[ \t]*\r?\n((?:[^\n:]+: [^\n]*\n)*)[^-]*-----END \1-----[ \t]*\r?$/gm

/** A block of a PEM text. */
export interface PemBlock {
  readonly type: string
  readonly hasHeaders: boolean
}

/** The blocks of a PEM text that comes in base64, in order. */
export const pemBlocks = (base64: string): PemBlock[] =>
  Array.from(binary(base64).matchAll(block), ([, type = '', headers = '']) => ({
    type,
    hasHeaders: headers !== '',
  }))
