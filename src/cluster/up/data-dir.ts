import { mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { containerdLayout } from '../containerd/layout.ts'
import { marker } from './layout.ts'
import { Problem } from './problem.ts'

/** What a unix socket's path may have at most, with the ending of containerd's second socket. */
const socketBytesMax = 107 - '.ttrpc'.length

const markerText =
  'This folder belongs to kubeling. "kubeling down --delete-data" removes what kubeling made in it.\n'

/**
 * Makes the data directory, or takes one that is empty or kubeling's already; gives its path without symbolic links.
 * @throws Problem
 */
export async function openDataDir(path: string): Promise<string> {
  const wanted = resolve(path)
  checkLength(wanted)
  try {
    await makeFolder(wanted)
  } catch (error) {
    throw new Problem(`the data directory cannot be made: ${(error as Error).message}`, { cause: error })
  }
  const real = await realpath(wanted)
  checkLength(real)
  if (await isDataDir(real)) return real
  // Things of others under the names that we use would be overwritten now, and deleted later.
  if ((await readdir(real)).length > 0)
    throw new Problem(
      `${real} is not empty, and no data directory of kubeling: choose another with --data-dir`,
    )
  await writeFile(join(real, marker), markerText)
  return real
}

/** Whether a folder has been made, or taken, as a data directory. */
export async function isDataDir(path: string): Promise<boolean> {
  return (await stat(join(path, marker)).catch(() => undefined)) !== undefined
}

/** Makes a folder and those above it; mkdir()'s own way never ends where the system makes no folders, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o755 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || (await stat(dirname(path)).catch(() => undefined)) !== undefined) throw error
    await makeFolder(dirname(path))
    await mkdir(path, { mode: 0o755 })
  }
}

function checkLength(dataDir: string): void {
  const excess = Buffer.byteLength(containerdLayout(dataDir).socket) - socketBytesMax
  if (excess <= 0) return
  throw new Problem(
    `the data directory's path is ${excess} characters too long for the sockets in it: choose a shorter one with --data-dir`,
  )
}
