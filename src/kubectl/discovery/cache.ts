import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Discovery } from './resource.ts'

/** How long a server's discovery is believed, as upstream's kubectl does. */
const keptMs = 6 * 60 * 60 * 1000

/** The file that keeps the discovery of a server. */
export function cacheFile(folder: string, server: string): string {
  const host = server.replace(/^https?:\/\//, '').replaceAll(/[^(\w/.)]/g, '_')
  return join(folder, 'discovery', host, 'kubeling.json')
}

/** What was kept; undefined when nothing was, or too long ago. */
export async function readCache(file: string, now: number): Promise<Discovery | undefined> {
  try {
    const { mtimeMs } = await stat(file)
    return now - mtimeMs > keptMs ? undefined : (JSON.parse(await readFile(file, 'utf8')) as Discovery)
  } catch {
    return undefined
  }
}

/** Keeps a discovery for later calls; a folder that cannot be written to only costs time. */
export async function writeCache(file: string, discovery: Discovery): Promise<void> {
  const beside = `${file}.${process.pid}`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o750 })
    await writeFile(beside, JSON.stringify(discovery), { mode: 0o660 })
    await rename(beside, file)
  } catch {
    return
  }
}
