import { chmod, type FileHandle, mkdir, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { heldPath, hold, holdEntry } from './held-path.ts'
import { VolumeError } from './payload.ts'

/** @throws VolumeError for a path that names a place outside of its volume. */
export function checkSubPath(subPath: string): void {
  if (subPath.startsWith('/'))
    throw new VolumeError(`error SubPath \`${subPath}\` must not be an absolute path`)
  if (subPath.split('/').includes('..'))
    throw new VolumeError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`)
}

/**
 * Holds the place below a volume that a path names, made as folders where nothing is. Links that stay in the volume are
 * followed once; whatever is swapped for a link after that is refused. @throws VolumeError when it leads out.
 */
export async function holdSubPath(volume: string, subPath: string): Promise<FileHandle> {
  const base = await realpath(volume)
  const names = await realNames(base, subPath)
  let at = await hold(base)
  const mode = (await at.stat()).mode & 0o777
  for (const name of names) {
    const folder = at
    try {
      at = await enter(folder, name, mode)
    } finally {
      await folder.close()
    }
  }
  return at
}

/** The names from the volume to the place, with the links of today resolved. */
async function realNames(base: string, subPath: string): Promise<string[]> {
  const names = subPath.split('/').filter((name) => name !== '' && name !== '.')
  for (let known = names.length; known > 0; known--) {
    const real = await realpath(join(base, ...names.slice(0, known))).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    })
    if (real === undefined) continue
    if (real !== base && !real.startsWith(`${base}/`)) throw new VolumeError('leads out of the volume')
    const inside = relative(base, real).split('/')
    return [...inside.filter((name) => name !== ''), ...names.slice(known)]
  }
  return names
}

async function enter(folder: FileHandle, name: string, mode: number): Promise<FileHandle> {
  const found = await holdEntry(folder, name).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  const next = found ?? (await makeFolder(folder, name, mode))
  if (!(await next.stat()).isSymbolicLink()) return next
  await next.close()
  throw new VolumeError(`${name} is a symbolic link`)
}

async function makeFolder(folder: FileHandle, name: string, mode: number): Promise<FileHandle> {
  await mkdir(`${heldPath(folder)}/${name}`, { mode: 0o750 }).catch((error: unknown) => {
    // Another container of the pod may have made it in this moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  const made = await holdEntry(folder, name)
  const found = await made.stat()
  // The group that the volume hands down to its folders stays.
  if (found.isDirectory()) await chmod(heldPath(made), mode | (found.mode & 0o2000))
  return made
}
