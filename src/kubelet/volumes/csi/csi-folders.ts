import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { PodFolders } from '../folders.ts'

/** What is written beside a published volume, in upstream's words: enough to end it after a restart of the kubelet. */
export interface PublishedNote {
  readonly specVolID: string
  readonly volumeHandle: string
  readonly driverName: string
  readonly nodeName: string
  readonly attachmentID: string
  readonly volumeLifecycleMode: 'Persistent' | 'Ephemeral'
}

/** A published volume with where it lies. */
export interface Published extends PublishedNote {
  readonly folder: string
}

const noteName = 'vol_data.json'
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** The name under which a volume is attached to a node. */
export const attachmentName = (handle: string, driver: string, node: string): string =>
  `csi-${hashOf(handle + driver + node)}`

/** The handle of a volume that lives with its pod. */
export const ephemeralHandle = (uid: string, name: string): string => `csi-${hashOf(uid + name)}`

/** Where CSI volumes lie: upstream's places. */
export class CsiFolders {
  readonly #folders: PodFolders

  constructor(folders: PodFolders) {
    this.#folders = folders
  }

  /** Where a volume is staged for all pods of the node. */
  staging(driver: string, handle: string): string {
    const plugin = join(this.#folders.rootDir, 'plugins', 'kubernetes.io', 'csi', driver)
    return join(plugin, hashOf(handle), 'globalmount')
  }

  /** The folder of one volume of a pod; it is mounted at `mount` in it. */
  published(uid: string, name: string): string {
    return this.#folders.volume(uid, 'csi', name)
  }

  /** Notes what is about to be published. */
  async note(folder: string, note: PublishedNote): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o750 })
    await writeFile(join(folder, noteName), JSON.stringify(note), { mode: 0o600 })
  }

  /** The volumes that were published, or were about to be, for a pod. */
  async of(uid: string): Promise<Published[]> {
    const parent = dirname(this.published(uid, 'x'))
    const names = await readdir(parent).catch(() => [])
    const found = await Promise.all(names.map((name) => readNote(join(parent, name))))
    return found.filter((one) => one !== undefined)
  }

  /** The volumes of all pods. */
  async all(): Promise<Published[]> {
    const uids = await readdir(this.#folders.all).catch(() => [])
    return (await Promise.all(uids.map((uid) => this.of(uid)))).flat()
  }

  /** True while any pod has the volume. */
  async isUsed(driver: string, handle: string): Promise<boolean> {
    const volumes = await this.all()
    return volumes.some((one) => one.driverName === driver && one.volumeHandle === handle)
  }

  /** Forgets a volume that is no longer mounted. Folders go only when they are empty: never through a mount. */
  async forget(folder: string): Promise<void> {
    await removeEmpty(join(folder, 'mount'))
    await rm(join(folder, noteName), { force: true })
    await removeEmpty(folder)
  }

  /** Forgets a place where nothing is staged any more. */
  async forgetStaging(path: string): Promise<void> {
    await removeEmpty(path)
    await removeEmpty(dirname(path))
  }
}

async function readNote(folder: string): Promise<Published | undefined> {
  const text = await readFile(join(folder, noteName), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return { ...(JSON.parse(text) as PublishedNote), folder }
  } catch {
    throw new Error(`cannot read ${noteName} of volume ${JSON.stringify(basename(folder))}`)
  }
}

async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
}
