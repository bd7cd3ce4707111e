import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import type { PodFolders } from '../volumes/folders.ts'

/** When pods that end must have ended, kept so that a kubelet that was killed does not begin their grace anew. */
export interface EndNotes {
  /** Reads what an earlier kubelet noted. */
  load(): Promise<void>
  /** Milliseconds since 1970; undefined for a pod that was not ending. */
  deadlineOf(uid: string): number | undefined
  /** Resolves when the deadline is written. Never rejects: a pod must end on a full disk too. */
  note(uid: string, deadline: number): Promise<void>
  /** The pod is gone, and its folder with it. */
  forget(uid: string): void
}

/** The notes of a node that keeps nothing. */
export const noEndNotes: EndNotes = {
  load: async () => {},
  deadlineOf: () => undefined,
  note: async () => {},
  forget: () => {},
}

/** Notes in the folders of the pods, which go with them. */
export function endNotes(folders: PodFolders): EndNotes {
  const known = new Map<string, number>()
  return {
    async load() {
      for (const uid of await readdir(folders.all).catch(() => [])) {
        const text = await readFile(folders.endNote(uid), 'utf8').catch(() => '')
        const deadline = Date.parse(text.trim())
        if (!Number.isNaN(deadline)) known.set(uid, deadline)
      }
    },
    deadlineOf: (uid) => known.get(uid),
    async note(uid, deadline) {
      if ((known.get(uid) ?? Number.POSITIVE_INFINITY) <= deadline) return
      known.set(uid, deadline)
      const path = folders.endNote(uid)
      // A pod without a folder has nothing that could run on.
      await writeFile(`${path}.new`, `${new Date(deadline).toISOString()}\n`)
        .then(() => rename(`${path}.new`, path))
        .catch(() => undefined)
    },
    forget: (uid) => void known.delete(uid),
  }
}
