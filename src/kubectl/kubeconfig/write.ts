import { chmod, mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Json } from '#schema/object'
import { toYaml } from '#schema/to-yaml'
import type { GlobalValues } from '../global-flags.ts'
import type { Io } from '../io.ts'
import { type Kubeconfig, emptyKubeconfig } from './config.ts'
import { kubeconfigFiles, readKubeconfig } from './read.ts'

const byName = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** The order in which upstream writes the fields of entries; others follow. */
const fieldOrder: readonly string[] =
  'cluster user namespace server tls-server-name insecure-skip-tls-verify certificate-authority certificate-authority-data proxy-url disable-compression client-certificate client-certificate-data client-key client-key-data token tokenFile as as-uid as-groups username password'.split(
    ' ',
  )

function inOrder(entry: object): object {
  const place = (name: string) => (fieldOrder.includes(name) ? fieldOrder.indexOf(name) : fieldOrder.length)
  return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => place(a) - place(b)))
}

/** A kubeconfig as the value that its file holds, members in upstream's order. */
export function toFileForm(config: Kubeconfig): Json {
  const list = (map: ReadonlyMap<string, object>, field: string) =>
    map.size === 0 ? null : byName(map).map(([name, value]) => ({ name, [field]: inOrder(value) }))
  return {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: config.preferences,
    clusters: list(config.clusters, 'cluster'),
    users: list(config.users, 'user'),
    contexts: list(config.contexts, 'context'),
    'current-context': config.currentContext,
  } as unknown as Json
}

/** Where an entry stands: the file to change. A new one goes into the first file that is there, or the last that may be. */
export async function fileOf(
  global: GlobalValues,
  io: Io,
  holds: (config: Kubeconfig) => boolean,
): Promise<string> {
  const { files } = kubeconfigFiles(global, io)
  let first: string | undefined
  for (const file of files) {
    const config = await readKubeconfig(file)
    if (config === undefined) continue
    if (holds(config)) return file
    first ??= file
  }
  return first ?? (files.at(-1) as string)
}

/** Changes the file that holds an entry, and writes it whole or not at all, for its owner alone. */
export async function changeFile(
  global: GlobalValues,
  io: Io,
  holds: (config: Kubeconfig) => boolean,
  change: (config: Kubeconfig) => void,
): Promise<void> {
  const file = await fileOf(global, io, holds)
  const config = (await readKubeconfig(file)) ?? emptyKubeconfig()
  change(config)
  await mkdir(dirname(file), { recursive: true })
  const mode = (await stat(file).catch(() => undefined))?.mode ?? 0o600
  const beside = `${file}.${process.pid}.new`
  await writeFile(beside, toYaml(toFileForm(config)), { mode: 0o600 })
  await chmod(beside, mode & 0o777)
  await rename(beside, file)
}
