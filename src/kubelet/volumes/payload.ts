import type { KeyToPath } from '#kinds/gen/core-v1'

/** A file of a volume. */
export interface VolumeFile {
  readonly data: Uint8Array
  readonly mode: number
}

/** Files of a volume by their path in it. */
export type Payload = ReadonlyMap<string, VolumeFile>

const modeDefault = 0o644

/** A volume that cannot be made, in upstream's words. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError'
}

/** The chosen keys as files; all keys when none is chosen. @throws VolumeError for a chosen key that is not there. */
export function pickFiles(
  data: ReadonlyMap<string, Uint8Array>,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number | undefined,
  isOptional: boolean,
): Map<string, VolumeFile> {
  const mode = defaultMode ?? modeDefault
  if (items === undefined || items.length === 0) {
    return new Map([...data].map(([key, bytes]) => [key, { data: bytes, mode }]))
  }
  const files = new Map<string, VolumeFile>()
  for (const item of items) {
    const bytes = data.get(item.key)
    if (bytes === undefined) {
      if (isOptional) continue
      throw new VolumeError(`references non-existent config key: ${item.key}`)
    }
    checkPath(item.path)
    files.set(item.path, { data: bytes, mode: item.mode ?? mode })
  }
  return files
}

/** @throws VolumeError for a path that would leave the volume. */
export function checkPath(path: string): void {
  const parts = path.split('/')
  if (path === '' || path.startsWith('/') || parts.includes('..')) {
    throw new VolumeError(`invalid path: must be relative and not leave the volume: ${path}`)
  }
  if (path.startsWith('..')) throw new VolumeError(`invalid path: must not start with '..': ${path}`)
}
