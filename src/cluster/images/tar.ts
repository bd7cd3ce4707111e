/** One entry of an archive; without a body it is a folder or a link. */
export interface TarEntry {
  /** Path without a leading slash. */
  readonly path: string
  readonly body?: Uint8Array
  /** Target of a symbolic link. */
  readonly link?: string
  readonly mode?: number
}

const blockSize = 512

/** A POSIX tar archive of the entries, owned by root and dated 1970, so that equal content gives equal bytes. */
export function toTar(entries: readonly TarEntry[]): Uint8Array {
  const blocks: Uint8Array[] = []
  for (const entry of entries) {
    const body = entry.body ?? new Uint8Array(0)
    blocks.push(header(entry, body.length), body)
    const rest = body.length % blockSize
    if (rest > 0) blocks.push(new Uint8Array(blockSize - rest))
  }
  blocks.push(new Uint8Array(2 * blockSize))
  return Buffer.concat(blocks)
}

function header(entry: TarEntry, size: number): Uint8Array {
  const block = Buffer.alloc(blockSize)
  const kind = entry.link !== undefined ? '2' : entry.body ? '0' : '5'
  const [prefix, name] = splitPath(kind === '5' ? `${entry.path.replace(/\/$/, '')}/` : entry.path)
  const octal = (value: number, at: number, width: number) =>
    block.write(value.toString(8).padStart(width - 1, '0'), at, 'latin1')
  block.write(name, 0)
  octal(entry.mode ?? (kind === '0' ? 0o644 : 0o755), 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.write('        ', 148)
  block.write(kind, 156)
  block.write(entry.link ?? '', 157)
  block.write('ustar\u000000', 257)
  block.write(prefix, 345)
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  block[155] = 0x20
  return block
}

/** ustar keeps 100 bytes of name and 155 of folder before it. @throws RangeError for a longer path. */
function splitPath(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path]
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const prefix = path.slice(0, at)
    const name = path.slice(at + 1)
    if (name !== '' && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100)
      return [prefix, name]
  }
  throw new RangeError(`path is too long for a tar archive: ${JSON.stringify(path)}`)
}
