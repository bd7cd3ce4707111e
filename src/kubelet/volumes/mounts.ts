import { readFile } from 'node:fs/promises'
import type { Cancel } from '#base/cancel'
import type { RunTool } from './run-tool.ts'

/** mountinfo writes space, tab, newline and backslash in octal. */
const unescape = (path: string) =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Mount points at or below a folder, the last one made first; one that is mounted over twice is there twice. */
export async function mountPointsIn(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return text
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map(unescape)
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .reverse()
    .sort((a, b) => b.length - a.length)
}

/** True when something is mounted at exactly this path. */
export const isMountPoint = async (path: string): Promise<boolean> =>
  (await mountPointsIn(path)).includes(path)

/** Puts an empty file system in memory at a folder; false when one was there. */
export async function mountMemory(
  run: RunTool,
  folder: string,
  sizeBytes: number | undefined,
  signal?: Cancel,
): Promise<boolean> {
  if (await isMountPoint(folder)) return false
  const size = sizeBytes === undefined ? [] : ['-o', `size=${sizeBytes}`]
  await run('mount', ['-t', 'tmpfs', ...size, 'tmpfs', folder], signal)
  return true
}

/** Makes what is at `source` visible at `target` too. The paths are taken as they are: no link in them is resolved first. */
export async function bindMount(
  run: RunTool,
  source: string,
  target: string,
  signal?: Cancel,
): Promise<void> {
  await run('mount', ['--no-canonicalize', '--bind', source, target], signal)
}

/** Takes away what is mounted at a path. */
export async function unmount(run: RunTool, path: string, signal?: Cancel): Promise<void> {
  await run('umount', ['--no-canonicalize', path], signal)
}

/** Takes away every mount at or below a folder. @throws VolumeError when one stays. */
export async function unmountAll(run: RunTool, folder: string, signal?: Cancel): Promise<void> {
  for (const path of await mountPointsIn(folder)) await unmount(run, path, signal)
}
