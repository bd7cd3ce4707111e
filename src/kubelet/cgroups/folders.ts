import { readdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { kill } from 'node:process'

/** Names of the folders in a folder; none when it is not there. */
export const foldersOf = async (path: string): Promise<string[]> =>
  (await readdir(path, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

/** Removes cgroups with all below them. Where processes are left, ends them and fails: they take a moment to go. */
export async function removeFolders(
  folders: readonly string[],
  end: (folder: string) => Promise<void>,
): Promise<void> {
  let fault: unknown
  for (const folder of folders) {
    try {
      await removeFolder(folder)
    } catch (error) {
      fault ??= error
      await endAll(folder, end)
    }
  }
  if (fault !== undefined) throw fault
}

async function removeFolder(folder: string): Promise<void> {
  for (const name of await foldersOf(folder)) await removeFolder(join(folder, name))
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

async function endAll(folder: string, end: (folder: string) => Promise<void>): Promise<void> {
  for (const name of await foldersOf(folder)) await endAll(join(folder, name), end)
  await end(folder)
}

/** Kills what is in a cgroup of version 1. */
export async function killAll(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '')
  for (const line of text.split('\n').filter((one) => one !== '')) {
    try {
      kill(Number(line), 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
