import { dirname, resolve } from 'node:path'
import { parseYaml } from '#apiserver'
import type { HttpTransportOptions } from '#client'
import type { Files } from '../apiserver/options.ts'

type Entry = Readonly<Record<string, unknown>>

/** How a kubeconfig's current context reaches its cluster. @throws Error saying what the file lacks. */
export async function transportFromKubeconfig(path: string, files: Files): Promise<HttpTransportOptions> {
  const read = async (name: string) => {
    const bytes = await files.read(name)
    if (bytes === undefined) throw new Error(`open ${name}: no such file or directory`)
    return Buffer.from(bytes).toString()
  }
  const config = parseYaml(await read(path)) as Entry | null
  const context = named(config, 'contexts', 'context', textOf(config?.['current-context']), path)
  const cluster = named(config, 'clusters', 'cluster', textOf(context['cluster']), path)
  const userName = textOf(context['user'])
  const user = userName === '' ? {} : named(config, 'users', 'user', userName, path)
  const server = textOf(cluster['server'])
  if (server === '') throw new Error(`${path}: the cluster of the current context has no server`)
  /** Data in the file itself comes before a file that it names, which is looked for beside it. */
  const pem = async (entry: Entry, name: string) => {
    const data = textOf(entry[`${name}-data`])
    if (data !== '') return Buffer.from(data, 'base64').toString()
    const file = textOf(entry[name])
    return file === '' ? undefined : read(resolve(dirname(path), file))
  }
  const token = textOf(user['token'])
  const tokenFile = textOf(user['tokenFile'])
  return {
    server,
    ca: await pem(cluster, 'certificate-authority'),
    certificate: await pem(user, 'client-certificate'),
    key: await pem(user, 'client-key'),
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] === true,
    tlsServerName: textOf(cluster['tls-server-name']),
    username: textOf(user['username']),
    password: textOf(user['password']),
    ...((token !== '' || tokenFile !== '') && {
      token: async () => (tokenFile === '' ? token : (await read(resolve(dirname(path), tokenFile))).trim()),
    }),
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** The entry of a name in one of the lists of a kubeconfig. @throws Error when there is none. */
function named(config: Entry | null, list: string, key: string, name: string, path: string): Entry {
  const entries = config?.[list]
  const found = Array.isArray(entries)
    ? (entries as Entry[]).find((entry) => entry['name'] === name)
    : undefined
  if (!found)
    throw new Error(`${path}: ${list} has no ${JSON.stringify(name)}, which the current context names`)
  return (found[key] ?? {}) as Entry
}
