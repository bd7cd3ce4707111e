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
import { join } from 'node:path'
import { checkPath, type Payload, type VolumeFile } from './payload.ts'

const dataLink = '..data'

/** Makes a folder hold exactly these files; true when anything changed. @throws VolumeError for a path that leaves it. */
export async function writeAtomically(
  folder: string,
  payload: Payload,
  group: number | undefined,
): Promise<boolean> {
  for (const path of payload.keys()) checkPath(path)
  const current = await readlink(join(folder, dataLink)).catch(() => undefined)
  if (current !== undefined && (await isSame(join(folder, current), payload, group))) {
    await linkNames(folder, payload)
    return false
  }
  const fresh = await mkdtemp(join(folder, '..files_'))
  await prepareFolder(fresh, group)
  for (const [path, file] of payload) await writeFileAt(fresh, path, file, group)
  await pointAt(folder, fresh.slice(folder.length + 1))
  await linkNames(folder, payload)
  await removeOld(folder, fresh.slice(folder.length + 1), payload)
  return true
}

/** With a group, it may read what the owner wrote there. */
const modeFor = (mode: number, group: number | undefined) => (group === undefined ? mode : mode | 0o440)

async function prepareFolder(folder: string, group: number | undefined): Promise<void> {
  if (group !== undefined) await chown(folder, -1, group)
  await chmod(folder, group === undefined ? 0o755 : 0o2755)
}

async function writeFileAt(
  root: string,
  path: string,
  { data, mode, owner = -1 }: VolumeFile,
  group: number | undefined,
): Promise<void> {
  let folder = root
  for (const name of path.split('/').slice(0, -1)) {
    folder = join(folder, name)
    await mkdir(folder, { recursive: true })
    await prepareFolder(folder, group)
  }
  const target = join(root, path)
  await writeFile(target, data)
  if (group !== undefined || owner !== -1) await chown(target, owner, group ?? -1)
  // After chown, which clears bits.
  await chmod(target, modeFor(mode, group))
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

async function isSame(folder: string, payload: Payload, group: number | undefined): Promise<boolean> {
  const paths = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = paths.filter((entry) => entry.isFile())
  if (files.length !== payload.size) return false
  for (const [path, { data, mode, owner }] of payload) {
    const at = join(folder, path)
    const bytes = await readFile(at).catch(() => undefined)
    if (bytes === undefined || !bytes.equals(data)) return false
    const found = await stat(at)
    if ((found.mode & 0o777) !== (modeFor(mode, group) & 0o777)) return false
    if ((group !== undefined && found.gid !== group) || (owner !== undefined && found.uid !== owner))
      return false
  }
  return true
}
