import { mkdir, open, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import type { HostPathVolumeSource } from '#kinds/gen/core-v1'
import { VolumeError } from './payload.ts'

const checks: Readonly<Record<string, readonly [(found: Stats) => boolean, string]>> = {
  Directory: [(found) => found.isDirectory(), 'directory'],
  File: [(found) => found.isFile(), 'file'],
  Socket: [(found) => found.isSocket(), 'socket'],
  CharDevice: [(found) => found.isCharacterDevice(), 'character device'],
  BlockDevice: [(found) => found.isBlockDevice(), 'block device'],
}

/** The path on the host, made if its type says so. @throws VolumeError when it is not of its type. */
export async function prepareHostPath({ path, type = '' }: HostPathVolumeSource): Promise<string> {
  if (path.split('/').includes('..')) throw new VolumeError(`must not contain '..': ${path}`)
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 })
  if (type === 'FileOrCreate') await (await open(path, 'a', 0o644)).close()
  const check = checks[type.replace('OrCreate', '')]
  if (check === undefined) return path
  const found = await stat(path).catch(() => undefined)
  const [isRight, noun] = check
  if (found === undefined || !isRight(found))
    throw new VolumeError(`hostPath type check failed: ${path} is not a ${noun}`)
  return path
}
