import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** mountinfo writes space, tab, newline and backslash in octal. */
const unescape = (path: string) =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Mount points at or below a folder, the deepest first. */
export async function mountPointsIn(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return text
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map(unescape)
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)
}

/** Puts an empty file system in memory at a folder, if none is there. */
export async function mountMemory(folder: string, sizeBytes: number | undefined): Promise<void> {
  if ((await mountPointsIn(folder)).includes(folder)) return
  const size = sizeBytes === undefined ? [] : ['-o', `size=${sizeBytes}`]
  await run('mount', ['-t', 'tmpfs', ...size, 'tmpfs', folder])
}

/** Takes away every mount at or below a folder. */
export async function unmountAll(folder: string): Promise<void> {
  for (const path of await mountPointsIn(folder)) await run('umount', [path])
}
