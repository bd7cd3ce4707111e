import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import type { Json } from '#schema/object'
import { toStaticPods } from './static-pod.ts'

/** What reading manifests needs. */
export interface ManifestOptions {
  /** A file, or a folder whose files are read, but for hidden ones. */
  readonly path: string
  readonly nodeName: string
  readonly parse: (text: string) => Json
  readonly log: Log
}

interface Known {
  readonly text: string
  readonly pods: readonly Pod[]
}

/** Reads manifests again and again. A file that does not change gives the same pods; one that became unreadable, those it gave before. */
export class ManifestReader {
  readonly #options: ManifestOptions
  #known = new Map<string, Known>()
  #complaint = ''

  constructor(options: ManifestOptions) {
    this.#options = options
  }

  /** The pods of all manifests, by file name; the first of two with one name counts. A path that is not there has none; undefined when it cannot be read. */
  async read(now: number): Promise<Pod[] | undefined> {
    const paths = await this.#paths()
    if (!paths) return undefined
    const known = new Map<string, Known>()
    for (const path of paths) {
      const found = await this.#readOne(path, now)
      if (found) known.set(path, found)
    }
    this.#known = known
    return this.#distinct([...known.values()].flatMap(({ pods }) => pods))
  }

  async #paths(): Promise<string[] | undefined> {
    const { path, log } = this.#options
    try {
      if (!(await stat(path)).isDirectory()) return [path]
      const entries = await readdir(path)
      return entries
        .filter((name) => !name.startsWith('.'))
        .toSorted((a, b) => (a < b ? -1 : 1))
        .map((name) => join(path, name))
    } catch (error) {
      const complaint = String(error)
      if (complaint !== this.#complaint) log.error('Cannot read the manifests', { path, err: error })
      this.#complaint = complaint
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined
    }
  }

  async #readOne(path: string, now: number): Promise<Known | undefined> {
    const { nodeName, parse, log } = this.#options
    const before = this.#known.get(path)
    let text = before?.text ?? ''
    try {
      // Pipes and folders are passed over; so is what is half a file, until it is whole.
      if (!(await stat(path)).isFile()) return undefined
      text = await readFile(path, 'utf8')
      if (before?.text === text) return before
      return { text, pods: toStaticPods(parse(text), { nodeName, path, seenAt: now }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      log.error("Can't process manifest file", { path, err: error })
      return { text, pods: before?.pods ?? [] }
    }
  }

  #distinct(pods: readonly Pod[]): Pod[] {
    const byName = new Map<string, Pod>()
    for (const pod of pods) {
      const name = `${pod.metadata.namespace}/${pod.metadata.name}`
      if (byName.has(name)) this.#options.log.error('Two manifests have a pod of one name', { pod: name })
      else byName.set(name, pod)
    }
    return [...byName.values()]
  }
}
