import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { KubectlError } from '../fault.ts'
import type { GlobalValues } from '../global-flags.ts'
import type { Io } from '../io.ts'
import { type Cluster, type Context, type Kubeconfig, type User, emptyKubeconfig } from './config.ts'

/** The files that make the kubeconfig, the first one weighs most. `isGiven`: by --kubeconfig, so it must be there. */
export function kubeconfigFiles(global: GlobalValues, io: Io): { files: string[]; isGiven: boolean } {
  if (global.kubeconfig !== '') return { files: [global.kubeconfig], isGiven: true }
  const fromEnvironment = (io.env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '')
  if (fromEnvironment.length > 0) return { files: [...new Set(fromEnvironment)], isGiven: false }
  return { files: [join(io.home, '.kube', 'config')], isGiven: false }
}

/** Reads and merges the kubeconfig files: of two entries with one name the first counts. */
export async function loadKubeconfig(global: GlobalValues, io: Io): Promise<Kubeconfig> {
  const { files, isGiven } = kubeconfigFiles(global, io)
  const merged = emptyKubeconfig()
  for (const file of files) {
    const one = await readKubeconfig(file)
    if (one === undefined && isGiven) throw new KubectlError(`stat ${file}: no such file or directory`)
    if (one !== undefined) mergeInto(merged, withAbsolutePaths(one, dirname(resolve(file))))
  }
  return merged
}

/** Reads one file; undefined when there is none. @throws KubectlError for what is no kubeconfig. */
export async function readKubeconfig(file: string): Promise<Kubeconfig | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    const words = code === 'EACCES' ? 'permission denied' : code === 'EISDIR' ? 'is a directory' : message
    throw new KubectlError(`error loading config file "${file}": open ${file}: ${words}`)
  }
  return parseKubeconfig(text, file)
}

/** The meaning of a kubeconfig file's text. */
export async function parseKubeconfig(text: string, file: string): Promise<Kubeconfig> {
  const { parseDocument } = await import('../yaml.ts')
  const document = parseDocument(text)
  const [fault] = document.errors
  if (fault) {
    const line = fault.linePos?.[0].line ?? 1
    throw new KubectlError(
      `error loading config file "${file}": yaml: line ${line}: ${fault.code.toLowerCase()}`,
    )
  }
  const raw = (document.toJS() ?? {}) as Record<string, unknown>
  return {
    clusters: byName<Cluster>(raw['clusters'], 'cluster'),
    users: byName<User>(raw['users'], 'user'),
    contexts: byName<Context>(raw['contexts'], 'context'),
    currentContext: (raw['current-context'] as string | undefined) ?? '',
    preferences: (raw['preferences'] as Record<string, unknown> | undefined) ?? {},
  }
}

function byName<T>(list: unknown, field: string): Map<string, T> {
  const entries = (list ?? []) as { name: string; [key: string]: unknown }[]
  return new Map(entries.map((entry) => [entry.name, (entry[field] ?? {}) as T]))
}

function mergeInto(target: Kubeconfig, more: Kubeconfig): void {
  for (const part of ['clusters', 'users', 'contexts'] as const) {
    const known = target[part] as Map<string, unknown>
    for (const [name, value] of more[part]) if (!known.has(name)) known.set(name, value)
  }
  if (target.currentContext === '') target.currentContext = more.currentContext
  target.preferences = { ...more.preferences, ...target.preferences }
}

const clusterPaths = ['certificate-authority'] as const
const userPaths = ['client-certificate', 'client-key', 'tokenFile'] as const

/** Paths in a kubeconfig count from the folder of the file that names them. */
function withAbsolutePaths(config: Kubeconfig, folder: string): Kubeconfig {
  const absolute = (entry: Record<string, unknown>, fields: readonly string[]) => {
    for (const field of fields) {
      const path = entry[field]
      if (typeof path === 'string' && path !== '' && !isAbsolute(path)) entry[field] = join(folder, path)
    }
  }
  for (const cluster of config.clusters.values()) absolute(cluster, clusterPaths)
  for (const user of config.users.values()) absolute(user, userPaths)
  return config
}
