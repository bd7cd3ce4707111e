import { type FSWatcher, watch } from 'node:fs'
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Reading and writing whole files. */
export const files = {
  /** The file's bytes, or undefined when there is none. */
  async read(path: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  },
  /** Writes the file whole or not at all, making its folder; `mode` are its permissions. */
  async write(path: string, data: Uint8Array | string, mode = 0o644): Promise<void> {
    await mkdir(dirname(path), { recursive: true })
    const beside = `${path}.${process.pid}.new`
    const handle = await open(beside, 'w', mode)
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await chmod(beside, mode)
    await rename(beside, path)
  },
  /** Makes a folder and those above it. */
  async makeFolder(path: string, mode = 0o755): Promise<void> {
    await mkdir(path, { recursive: true, mode })
  },
  /** Calls `changed` when something in the folder changes; gives a function that stops it. */
  watchFolder(path: string, changed: () => void): () => void {
    const watcher: FSWatcher = watch(path, changed)
    watcher.on('error', changed)
    return () => watcher.close()
  },
}
