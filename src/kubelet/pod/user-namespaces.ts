import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import type { Pod } from '#kinds/gen/core-v1'
import type { IdRange } from '../env/security.ts'
import type { PodFolders } from '../volumes/folders.ts'

/** Each pod has all users that files know; the first range is the machine's own. */
const length = 65_536

/** Ranges of users for pods with namespaces of their own, each noted in its pod's folder, with which it goes. */
export class UserNamespaces {
  readonly #folders: PodFolders
  readonly #podsMax: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(folders: PodFolders, podsMax: number) {
    this.#folders = folders
    this.#podsMax = podsMax
  }

  /** The range of a pod, the same at each call; undefined for one among the machine's users. @throws Error when none is left */
  async of({ metadata, spec }: Pod): Promise<IdRange | undefined> {
    if (spec?.hostUsers !== false) return undefined
    const uid = metadata.uid ?? ''
    // Two pods that ask at once must not find the same range free.
    const mine = this.#last.then(async () => (await this.#read(uid)) ?? (await this.#take(uid)))
    this.#last = mine.catch(() => undefined)
    return await mine
  }

  async #take(uid: string): Promise<IdRange> {
    const uids = await readdir(this.#folders.all).catch(() => [])
    const taken = new Set((await Promise.all(uids.map((one) => this.#read(one)))).map((one) => one?.hostId))
    const ids = Array.from({ length: this.#podsMax }, (_, index) => (index + 1) * length)
    const hostId = ids.find((id) => !taken.has(id))
    if (hostId === undefined)
      throw new Error('create user namespace: could not find an empty slot to allocate a user namespace')
    const range = { hostId, containerId: 0, length }
    const path = this.#folders.userNamespace(uid)
    await mkdir(this.#folders.pod(uid), { recursive: true, mode: 0o750 })
    await writeFile(`${path}.new`, JSON.stringify({ uidMappings: [range], gidMappings: [range] }))
    await rename(`${path}.new`, path)
    return range
  }

  async #read(uid: string): Promise<IdRange | undefined> {
    const text = await readFile(this.#folders.userNamespace(uid), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    const [range] = (JSON.parse(text) as { uidMappings: IdRange[] }).uidMappings
    return range
  }
}
