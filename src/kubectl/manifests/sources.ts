import { glob, readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KubectlError } from '../fault.ts'
import type { Io } from '../io.ts'

/** A text with manifests in it. */
export interface ManifestText {
  /** What errors call it: a path, a URL or STDIN. */
  readonly source: string
  readonly text: string
}

const extensions = /\.(json|yaml|yml)$/

/**
 * The texts that `-f` names: files, folders (their .json, .yaml and .yml files, those below too when `isRecursive`),
 * URLs, and `-` for standard input.
 */
export async function* readSources(
  names: readonly string[],
  isRecursive: boolean,
  io: Io,
): AsyncGenerator<ManifestText> {
  for (const name of names) {
    if (name === '-') yield { source: 'STDIN', text: await readAll(io) }
    else if (/^https?:\/\//.test(name)) yield { source: name, text: await download(name) }
    else for (const path of await matching(name)) yield* readPath(path, isRecursive)
  }
}

/** The paths that fit a pattern; a path that exists stands for itself, whatever signs are in it. */
async function matching(name: string): Promise<string[]> {
  if (!/[*?[]/.test(name) || (await stat(name).catch(() => undefined))) return [name]
  const found: string[] = []
  for await (const path of glob(name)) found.push(path)
  return found.length > 0 ? found.sort() : [name]
}

async function* readPath(path: string, isRecursive: boolean): AsyncGenerator<ManifestText> {
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new KubectlError(`the path ${JSON.stringify(path)} does not exist`)
  if (!found.isDirectory()) {
    yield { source: path, text: await readFile(path, 'utf8') }
    return
  }
  const files = await filesIn(path, isRecursive)
  if (files.length === 0)
    throw new KubectlError(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`)
  for (const file of files) yield { source: file, text: await readFile(file, 'utf8') }
}

async function filesIn(folder: string, isRecursive: boolean): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  const files: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) files.push(...(isRecursive ? await filesIn(path, true) : []))
    else if (extensions.test(entry.name)) files.push(path)
  }
  return files
}

async function readAll({ stdin }: Io): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stdin) text += decoder.decode(chunk as Uint8Array, { stream: true })
  return text + decoder.decode()
}

async function download(url: string): Promise<string> {
  const answer = await fetch(url).catch((error: unknown) => {
    throw new KubectlError(`unable to read URL ${JSON.stringify(url)}: ${(error as Error).message}`, {
      cause: error,
    })
  })
  if (answer.ok) return answer.text()
  const status = `${answer.status} ${answer.statusText}`
  throw new KubectlError(
    `unable to read URL ${JSON.stringify(url)}, server reported ${status}, status code=${answer.status}`,
  )
}
