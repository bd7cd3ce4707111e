import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** What is at a path of a log folder. */
export type LogEntry =
  | { readonly is: 'folder'; readonly names: readonly string[] }
  | { readonly is: 'file'; readonly bytes: Uint8Array }

/** How much of a log file's end is served. */
const bytesMax = 16 * 1024 * 1024

/**
 * Reads below `root` and nowhere else: a path that leads out of it, by dots or through a symbolic link, is not there.
 */
export function logFolder(root: string): (path: string) => Promise<LogEntry | undefined> {
  return async (path) => {
    try {
      const base = await realpath(root)
      const wanted = resolve(base, `.${join('/', path)}`)
      if (wanted !== base && !wanted.startsWith(`${base}/`)) return undefined
      if ((await realpath(wanted)) !== wanted) return undefined
      return await readEntry(wanted)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EACCES') return undefined
      throw error
    }
  }
}

async function readEntry(path: string): Promise<LogEntry | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) {
      const entries = await readdir(path, { withFileTypes: true })
      return {
        is: 'folder',
        names: entries.map((entry) => entry.name + (entry.isDirectory() ? '/' : '')).sort(),
      }
    }
    if (!stat.isFile()) return undefined
    const length = Math.min(stat.size, bytesMax)
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await handle.read(bytes, 0, length, stat.size - length)
    return { is: 'file', bytes: bytes.subarray(0, bytesRead) }
  } finally {
    await handle.close()
  }
}
