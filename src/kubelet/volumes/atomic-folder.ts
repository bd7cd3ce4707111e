// Files of a volume change all at once: they lie in a folder of their own, `..data` points at it, and each name that
// the container sees points through `..data`. Renaming a new `..data` over the old one is the whole change.
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Payload } from './payload.ts'

const dataLink = '..data'

/** Makes a folder hold exactly these files; true when anything changed. */
export async function writeAtomically(
  folder: string,
  payload: Payload,
  group: number | undefined,
): Promise<boolean> {
  const current = await readlink(join(folder, dataLink)).catch(() => undefined)
  if (current !== undefined && (await isSame(join(folder, current), payload))) {
    await linkNames(folder, payload)
    return false
  }
  const fresh = await mkdtemp(join(folder, '..files_'))
  await chmod(fresh, 0o755)
  for (const [path, { data, mode }] of payload) {
    const target = join(fresh, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, data)
    if (group !== undefined) await chown(target, -1, group)
    // After chown, which clears bits; with a group, it may read what the owner may.
    await chmod(target, group === undefined ? mode : mode | ((mode & 0o400) >> 3))
  }
  await pointAt(folder, fresh.slice(folder.length + 1))
  await linkNames(folder, payload)
  await removeOld(folder, fresh.slice(folder.length + 1), payload)
  return true
}

async function pointAt(folder: string, name: string): Promise<void> {
  const beside = join(folder, '..data_tmp')
  await rm(beside, { force: true })
  await symlink(name, beside)
  await rename(beside, join(folder, dataLink))
}

const topNames = (payload: Payload) =>
  new Set([...payload.keys()].map((path) => path.split('/', 1)[0] as string))

async function linkNames(folder: string, payload: Payload): Promise<void> {
  for (const name of topNames(payload)) {
    const target = join(dataLink, name)
    if ((await readlink(join(folder, name)).catch(() => undefined)) === target) continue
    await rm(join(folder, name), { recursive: true, force: true })
    await symlink(target, join(folder, name))
  }
}

async function removeOld(folder: string, kept: string, payload: Payload): Promise<void> {
  const names = topNames(payload)
  for (const name of await readdir(folder)) {
    if (name === dataLink || name === kept || names.has(name)) continue
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function isSame(folder: string, payload: Payload): Promise<boolean> {
  const paths = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = paths.filter((entry) => entry.isFile())
  if (files.length !== payload.size) return false
  for (const [path, { data, mode }] of payload) {
    const at = join(folder, path)
    const bytes = await readFile(at).catch(() => undefined)
    if (bytes === undefined || !bytes.equals(data)) return false
    if (((await stat(at)).mode & 0o700) !== (mode & 0o700)) return false
  }
  return true
}
