import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { VolumeError } from './payload.ts'

/** The path below a volume, made as a folder if nothing is there. @throws VolumeError when it leads out of the volume. */
export async function resolveSubPath(volume: string, subPath: string): Promise<string> {
  if (subPath.startsWith('/') || subPath.split('/').includes('..')) {
    throw new VolumeError(`subPath ${JSON.stringify(subPath)} must be relative and not contain '..'`)
  }
  const base = await realpath(volume)
  let at = base
  for (const part of subPath.split('/').filter((one) => one !== '' && one !== '.')) {
    const next = join(at, part)
    at = await realpath(next).catch(async () => {
      await mkdir(next, { mode: 0o750 })
      return next
    })
    // A container may have put a link here that leads to the host's files.
    if (at !== base && !at.startsWith(`${base}/`))
      throw new VolumeError(`subPath ${JSON.stringify(subPath)} leads out of the volume`)
  }
  return at
}
