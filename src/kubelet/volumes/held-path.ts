// Files that a container may move at any moment are reached step by step: each folder is held open, and the next name
// is looked up in the open folder itself, never following a link. What is held cannot be swapped for something else.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

const { O_DIRECTORY, O_NOFOLLOW } = constants
/** Linux: holds a place in the file tree without opening what is there; a link is held itself. */
const O_PATH = 0o10_000_000

/** The name by which this process, and a mount of it, reaches what is held. */
export const heldPath = ({ fd }: FileHandle): string => `/proc/self/fd/${fd}`

/** The same for other processes. */
export const heldPathForOthers = ({ fd }: FileHandle): string => `/proc/${process.pid}/fd/${fd}`

/** Holds the folder at a path whose last name is no link. */
export const holdFolder = (path: string): Promise<FileHandle> => open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW)

/** Holds what is at a path whose last name is not followed. */
export const hold = (path: string): Promise<FileHandle> => open(path, O_PATH | O_NOFOLLOW)

/** Holds what a held folder has under a name; a link is not followed. */
export const holdEntry = (folder: FileHandle, name: string): Promise<FileHandle> =>
  hold(`${heldPath(folder)}/${name}`)
