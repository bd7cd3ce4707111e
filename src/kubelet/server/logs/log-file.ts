import { type FileHandle, stat } from 'node:fs/promises'
import { openLog } from './open-log.ts'

const chunkBytes = 64 * 1024
const newline = 0x0a

/** A container's log, read forwards; knows when another file has taken its place. */
export class LogFile {
  readonly #path: string
  #handle: FileHandle
  #inode: number
  #at = 0

  constructor(path: string, handle: FileHandle, inode: number) {
    this.#path = path
    this.#handle = handle
    this.#inode = inode
  }

  /** Goes to where the last `lines` lines begin. */
  async toTail(lines: number): Promise<void> {
    const { size } = await this.#handle.stat()
    this.#at = await tailStart(this.#handle, size, lines)
  }

  /** The next bytes; none at the end of the file. */
  async read(): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#handle.read(
      Buffer.allocUnsafe(chunkBytes),
      0,
      chunkBytes,
      this.#at,
    )
    this.#at += bytesRead
    return buffer.subarray(0, bytesRead)
  }

  /** True when the path now leads to another file: this one was put aside. */
  async isRotated(): Promise<boolean> {
    const found = await stat(this.#path).catch(() => undefined)
    return found !== undefined && found.ino !== this.#inode
  }

  /** Goes on with the file that the path leads to now. */
  async reopen(): Promise<void> {
    const next = await openLog(this.#path)
    await this.#handle.close()
    this.#handle = next
    this.#inode = (await next.stat()).ino
    this.#at = 0
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** Opens a log. @throws the system's error when there is no such file. */
export async function openLogFile(path: string): Promise<LogFile> {
  const handle = await openLog(path)
  const { ino } = await handle.stat()
  return new LogFile(path, handle, ino)
}

/** Where the last `lines` lines of a file begin: read backwards, for logs are long. */
async function tailStart(handle: FileHandle, size: number, lines: number): Promise<number> {
  if (lines === 0) return size
  const block = Buffer.allocUnsafe(chunkBytes)
  // The newline that ends the last line counts too.
  let wanted = lines + 1
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunkBytes)
    const { bytesRead } = await handle.read(block, 0, end - start, start)
    for (let i = bytesRead - 1; i >= 0; i--) {
      if (block[i] === newline && --wanted === 0) return start + i + 1
    }
    end = start
  }
  return 0
}
