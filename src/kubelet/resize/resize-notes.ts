import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import type { ResourceRequirements } from '#kinds/gen/core-v1'
import type { PodFolders } from '../volumes/folders.ts'
import type { PodResources } from './pod-resources.ts'

/** What the node keeps of a pod's resources. */
export interface ResizeNote {
  /** What the pod was promised. */
  readonly allocated: PodResources
  /** What its cgroup was made for. */
  readonly applied?: PodResources
  /** By container: what its newest instance was given, and which instance that is. */
  readonly containers: Readonly<Record<string, GivenResources>>
}

/** What one instance of a container was given. */
export interface GivenResources {
  readonly attempt: number
  readonly resources: ResourceRequirements
}

/** Where notes of pods outlive the kubelet. */
export interface ResizeNotes {
  /** By uid, what an earlier kubelet noted. */
  load(): Promise<Map<string, ResizeNote>>
  /** Never rejects: what is not written is judged anew by the next kubelet. @param begins the pod may have no folder yet */
  save(uid: string, note: ResizeNote, begins?: boolean): Promise<void>
}

/** The notes of a node that keeps nothing. */
export const noResizeNotes: ResizeNotes = { load: async () => new Map(), save: async () => {} }

/** Notes in the folders of the pods, which go with them. */
export function resizeNotes(folders: PodFolders): ResizeNotes {
  let last = Promise.resolve()
  const write = async (path: string, note: ResizeNote) => {
    await writeFile(`${path}.new`, JSON.stringify(note))
      .then(() => rename(`${path}.new`, path))
      .catch(() => undefined)
  }
  return {
    async load() {
      const notes = new Map<string, ResizeNote>()
      for (const uid of await readdir(folders.all).catch(() => [])) {
        const text = await readFile(folders.resources(uid), 'utf8').catch(() => '')
        const note = parse(text)
        if (note) notes.set(uid, note)
      }
      return notes
    },
    // One after another: the newest note is the one that stays.
    save(uid, note, begins = false) {
      last = last.then(async () => {
        // Only a pod that begins gets a folder: one that is gone must leave none.
        if (begins) await mkdir(folders.pod(uid), { recursive: true }).catch(() => undefined)
        await write(folders.resources(uid), note)
      })
      return last
    },
  }
}

/** A note that was cut off counts for nothing: what the API says is taken then. */
function parse(text: string): ResizeNote | undefined {
  try {
    const note = JSON.parse(text) as Partial<ResizeNote>
    return note.allocated?.containers && note.containers ? (note as ResizeNote) : undefined
  } catch {
    return undefined
  }
}
