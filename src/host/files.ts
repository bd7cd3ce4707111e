import { type FSWatcher, watch } from 'node:fs'
import { chmod, mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

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
  /** The files below a folder, folder by folder in the order of their names. */
  async list(path: string): Promise<string[]> {
    const found = await readdir(path, { withFileTypes: true })
    const below = found
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (one) => {
        const whole = join(path, one.name)
        return one.isDirectory() ? await files.list(whole) : [whole]
      })
    return (await Promise.all(below)).flat()
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
