import { constants } from 'node:fs'
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Folders between the place of all logs and one log: the pod's and the container's. */
const depth = ['..', '..', '..']

/**
 * Opens a container's log, and nothing that somebody put in its place: a container that may write to the folder of logs
 * could leave a link there to a file that only the node may read. @throws where the path leads elsewhere
 */
export async function openLog(path: string): Promise<FileHandle> {
  const root = join(path, ...depth)
  const wanted = join(await realpath(root), relative(root, path))
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  // Asked of what is open already: it cannot be swapped any more.
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => wanted)
  if (opened.replace(/ \(deleted\)$/, '') === wanted && (await handle.stat()).isFile()) return handle
  await handle.close()
  throw new Error(`the log ${JSON.stringify(path)} is not a file of its own`)
}
