const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** First bits of a byte that so many others follow. */
const leads = [0, 0xc0, 0xe0, 0xf0]

/** The UTF-8 bytes of a text; half of a surrogate pair becomes the replacement character. */
function* utf8(text: string): Iterable<number> {
  for (const char of text.toWellFormed()) {
    const point = char.codePointAt(0) as number
    if (point < 0x80) yield point
    else {
      const tails = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
      yield (leads[tails] as number) | (point >> (6 * tails))
      for (let i = tails - 1; i >= 0; i--) yield 0x80 | ((point >> (6 * i)) & 0x3f)
    }
  }
}

/** The base64 text of a text's UTF-8 bytes. */
export function toBase64(text: string): string {
  const bytes = [...utf8(text)]
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(i, i + 3)
    const group = (a << 16) | (b << 8) | c
    for (const shift of [18, 12, 6, 0]) out += digits[(group >> shift) & 63]
  }
  const missing = (3 - (bytes.length % 3)) % 3
  return out.slice(0, out.length - missing) + '='.repeat(missing)
}

/** The text whose UTF-8 bytes a base64 text stands for; what is no UTF-8 becomes the replacement character. */
export function fromBase64(base64: string): string {
  let encoded = ''
  let bits = 0
  let count = 0
  for (const digit of base64.replace(/=+$/, '')) {
    bits = (bits << 6) | digits.indexOf(digit)
    count += 6
    if (count < 8) continue
    count -= 8
    encoded += `%${((bits >> count) & 0xff).toString(16).padStart(2, '0')}`
  }
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded.replaceAll(/%([0-7][0-9a-f])|%../g, (_, ascii?: string) =>
      ascii === undefined ? '\ufffd' : String.fromCharCode(Number.parseInt(ascii, 16)),
    )
  }
}
