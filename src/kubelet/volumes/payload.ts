import type { KeyToPath } from '#kinds/gen/core-v1'

/** A file of a volume. */
export interface VolumeFile {
  readonly data: Uint8Array
  readonly mode: number
  /** Who owns it; root without one. */
  readonly owner?: number
}

/** Files of a volume by their path in it. */
export type Payload = ReadonlyMap<string, VolumeFile>

const modeDefault = 0o644

/** A volume that cannot be made, in upstream's words. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError'
  /** What of making a volume failed; mounting it for the pod without it. */
  readonly step: string
  /** What upstream names when it is not the pod's own name for the volume. */
  readonly volume: string | undefined

  constructor(message: string, options: { cause?: unknown; step?: string; volume?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.step = options.step ?? 'MountVolume.SetUp'
    this.volume = options.volume
  }
}

/** The step of a volume that upstream has not begun to mount: the claim is not ready. */
export const waitStep = 'WaitForAttachAndMount'

/** The error that a pod's event tells when one of its volumes cannot be made. */
export function failureOf(error: unknown, name: string): VolumeError {
  const why = error instanceof Error ? error.message : String(error)
  const { step, volume = name } = error instanceof VolumeError ? error : new VolumeError(why)
  if (step === waitStep) {
    const which = `[${name}]`
    const head = `unmounted volumes=${which}, unattached volumes=[], failed to process volumes=${which}`
    return new VolumeError(`Unable to attach or mount volumes: ${head}: ${why}`, { cause: error })
  }
  return new VolumeError(`${step} failed for volume ${JSON.stringify(volume)} : ${why}`, { cause: error })
}

/** Which keys of an object become files, and how. */
export interface Selection {
  readonly items?: readonly KeyToPath[]
  readonly defaultMode?: number
  readonly optional?: boolean
}

/** The chosen keys as files; all keys when none is chosen. @throws VolumeError in `complaint` for one that is not there. */
export function pickFiles(
  data: ReadonlyMap<string, Uint8Array>,
  { items = [], defaultMode = modeDefault, optional = false }: Selection,
  complaint: string,
): Map<string, VolumeFile> {
  if (items.length === 0) {
    return new Map([...data].map(([key, bytes]) => [key, { data: bytes, mode: defaultMode }]))
  }
  const files = new Map<string, VolumeFile>()
  for (const { key, path, mode = defaultMode } of items) {
    const bytes = data.get(key)
    if (bytes !== undefined) files.set(path, { data: bytes, mode })
    else if (!optional) throw new VolumeError(`${complaint}: ${key}`)
  }
  return files
}

const pathLengthMax = 4096
const nameLengthMax = 255

/** @throws VolumeError for a path that would leave the volume, or touch what the volume itself is kept by. */
export function checkPath(path: string): void {
  const refuse = (rule: string) => new VolumeError(`invalid path: ${rule}: ${path}`)
  if (path === '') throw new VolumeError('invalid path: must not be empty: ""')
  if (path.startsWith('/')) throw refuse('must be relative path')
  if (path.includes('\0')) throw refuse('must not contain a null byte')
  if (path.length > pathLengthMax) throw refuse(`must be less than or equal to ${pathLengthMax} characters`)
  const names = path.split('/')
  if (names.includes('..')) throw refuse("must not contain '..'")
  if (names.some((name) => Buffer.byteLength(name) > nameLengthMax))
    throw refuse(`filenames must be less than or equal to ${nameLengthMax} characters`)
  if (path.startsWith('..')) throw refuse("must not start with '..'")
}
