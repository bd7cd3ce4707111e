// As much of HPACK (RFC 7541) as a load generator needs: headers written plainly, and the status read.

const statusOf: Readonly<Record<number, number>> = {
  0x88: 200,
  0x89: 204,
  0x8a: 206,
  0x8b: 304,
  0x8c: 400,
  0x8d: 404,
  0x8e: 500,
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes])
  const rest: number[] = [127]
  let left = bytes.length - 127
  for (; left >= 128; left >>= 7) rest.push((left & 127) | 128)
  return Buffer.concat([Buffer.from([...rest, left]), bytes])
}

/** A header block in which every header is a literal that goes into no table. */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const pieces = Object.entries(headers).flatMap(([name, value]) => [
    Buffer.from([0]),
    sized(name),
    sized(value),
  ])
  return Buffer.concat(pieces)
}

/** Digits in HPACK's Huffman code: 0, 1 and 2 have five bits, the others six. */
function huffmanDigits(bytes: Uint8Array): number {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  let digits = ''
  for (let at = 0; digits.length < 3; ) {
    const short = Number.parseInt(bits.slice(at, at + 5), 2)
    const isShort = short <= 2
    digits += isShort ? short : Number.parseInt(bits.slice(at, at + 6), 2) - 0x19 + 3
    at += isShort ? 5 : 6
  }
  return Number(digits)
}

/** True for a literal (kept, not kept, or never to be kept) with the name of 8 to 14 of the static table: `:status`. */
function isNamedStatus(first: number): boolean {
  const index = (first & 0xc0) === 0x40 ? first & 0x3f : (first & 0xe0) === 0 ? first & 0x0f : 0
  return index >= 8 && index <= 14
}

/** The status of a response's header block, in which it stands first. @throws Error where it does not. */
export function statusIn(block: Uint8Array): number {
  let at = 0
  // A change of the table's size may stand before it.
  while (((block[at] as number) & 0xe0) === 0x20) at++
  const first = block[at] as number
  const known = statusOf[first]
  if (known !== undefined) return known
  if (!isNamedStatus(first)) throw new Error(`no :status first: 0x${first.toString(16)}`)
  const head = block[at + 1] as number
  const value = block.subarray(at + 2, at + 2 + (head & 0x7f))
  return (head & 0x80) === 0 ? Number(Buffer.from(value).toString()) : huffmanDigits(value)
}
