import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import type { Cancel } from '#base/cancel'
import type { HostPathVolumeSource } from '#kinds/gen/core-v1'
import { VolumeError } from './payload.ts'
import { fileModeOf } from './file-mode.ts'
import type { RunTool } from './run-tool.ts'

const { S_IFBLK, S_IFCHR, S_IFDIR, S_IFMT, S_IFSOCK } = constants

const checks: Readonly<Record<string, readonly [(type: number) => boolean, string]>> = {
  Directory: [(type) => type === S_IFDIR, 'directory'],
  File: [(type) => type !== S_IFDIR, 'file'],
  Socket: [(type) => type === S_IFSOCK, 'socket file'],
  CharDevice: [(type) => type === S_IFCHR, 'character device'],
  BlockDevice: [(type) => type === S_IFBLK, 'block device'],
}

/** The path on the host, made if its type says so. @throws VolumeError when it is not of its type. */
export async function prepareHostPath(
  run: RunTool,
  { path, type = '' }: HostPathVolumeSource,
  signal?: Cancel,
): Promise<string> {
  if (path.split('/').includes('..'))
    throw new VolumeError(`invalid HostPath \`${path}\`: must not contain '..'`)
  if (type === '') return path
  const check = checks[type.replace(/(?<=Directory|File)OrCreate$/, '')]
  if (check === undefined) throw new VolumeError(`${type} is an invalid volume type`)
  const mode = await fileModeOf(run, path, signal)
  if (mode === undefined && type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 })
  else if (mode === undefined && type === 'FileOrCreate') await (await open(path, 'a', 0o644)).close()
  else if (mode === undefined || !check[0](mode & S_IFMT))
    throw new VolumeError(`hostPath type check failed: ${path} is not a ${check[1]}`)
  return path
}
