import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** How long a log may become, and how many files of it are kept, with the one that is written. */
export interface LogLimits {
  readonly bytesMax: number
  readonly filesMax: number
}

/** `.20260102-030405`, as upstream names what was put aside, perhaps packed. */
const asideMark = /^\.\d{8}-\d{6}(\.gz)?$/
const unfinished = '.tmp'

/**
 * Puts a log that has become too long aside, tells the writer by `reopen`, packs older ones and removes the oldest.
 * Where the writer cannot be told, the log is put back, so that nothing is written to a file that nobody reads.
 */
export async function rotateLog(
  path: string,
  { bytesMax, filesMax }: LogLimits,
  now: number,
  reopen: () => Promise<void>,
): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= bytesMax) return
  const aside = await asideOf(path)
  // One place is for the log that is written, one for what is put aside now.
  const surplus = aside.slice(0, Math.max(0, aside.length - Math.max(0, filesMax - 2)))
  for (const one of surplus) await rm(one, { force: true })
  for (const one of aside) if (!surplus.includes(one) && !one.endsWith('.gz')) await pack(one)
  const target = `${path}.${mark(now)}`
  await rename(path, target)
  try {
    await reopen()
  } catch (error) {
    await rename(target, path)
    throw error
  }
}

/** What was put aside of a log, oldest first; leavings of an interrupted packing are removed. */
async function asideOf(path: string): Promise<string[]> {
  const [folder, name] = [dirname(path), basename(path)]
  const found: string[] = []
  for (const one of await readdir(folder)) {
    if (!one.startsWith(name)) continue
    const rest = one.slice(name.length)
    if (asideMark.test(rest)) found.push(join(folder, one))
    else if (rest.endsWith(unfinished)) await rm(join(folder, one), { force: true })
  }
  return found.sort()
}

async function pack(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}${unfinished}`))
  await rename(`${path}${unfinished}`, `${path}.gz`)
  await rm(path)
}

const mark = (now: number) =>
  new Date(now)
    .toISOString()
    .slice(0, 19)
    .replace('T', '-')
    .replaceAll(':', '')
    .replace(/^(\d{4})-(\d\d)-(\d\d)/, '$1$2$3')
