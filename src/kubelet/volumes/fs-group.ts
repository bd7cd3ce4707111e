// Giving a volume to a group. The folders may be written by containers at the same time, so each is held open: no link
// that is put there leads the change to a file outside.
import { chmod, chown, type FileHandle, lchown, readdir } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { heldPath, hold, holdEntry } from './held-path.ts'

/** Who a volume is given to. */
export interface GroupWish {
  readonly group: number
  /** OnRootMismatch: not when the volume's own folder is right already. */
  readonly policy: string | undefined
  readonly readOnly: boolean
}

const setGid = 0o2000
const modeFor = ({ readOnly }: GroupWish, found: Stats) =>
  (readOnly ? 0o440 : 0o660) | (found.isDirectory() ? 0o110 | setGid : 0)

/** Lets a group read and write everything in a volume, and own what is made there. */
export async function giveToGroup(volume: string, wish: GroupWish): Promise<void> {
  const held = await hold(volume)
  try {
    const root = await held.stat()
    if (wish.policy === 'OnRootMismatch' && isGiven(root, wish)) return
    await giveHeld(held, root, wish)
  } finally {
    await held.close()
  }
}

function isGiven(found: Stats, wish: GroupWish): boolean {
  const mode = modeFor(wish, found)
  return found.gid === wish.group && (found.mode & mode) === mode
}

/** What lies in a folder first, the folder itself last: a folder that is right was done to the end. */
async function giveHeld(held: FileHandle, found: Stats, wish: GroupWish): Promise<void> {
  if (found.isDirectory()) for (const name of await readdir(heldPath(held))) await giveEntry(held, name, wish)
  if (isGiven(found, wish)) return
  await chown(heldPath(held), found.uid, wish.group)
  await chmod(heldPath(held), (found.mode & 0o7777) | modeFor(wish, found))
}

async function giveEntry(folder: FileHandle, name: string, wish: GroupWish): Promise<void> {
  const held = await holdEntry(folder, name).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (held === undefined) return
  try {
    const found = await held.stat()
    if (!found.isSymbolicLink()) return await giveHeld(held, found, wish)
    await lchown(`${heldPath(folder)}/${name}`, found.uid, wish.group)
  } finally {
    await held.close()
  }
}
