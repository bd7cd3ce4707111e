import { isApiError } from '#base/errors'
import { fromBase64 } from '#base/base64'
import type { Pod, Secret } from '#kinds/gen/core-v1'
import type { PullAuth } from '../contract.ts'
import { registryOf } from './image-reference.ts'

interface Entry {
  readonly username?: string
  readonly password?: string
  readonly auth?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

type Read = (namespace: string, name: string) => Promise<Secret>

/** Docker's own registry has several names. */
const hub = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io'])

const hostOf = (key: string) => key.replace(/^https?:\/\//, '').split('/', 1)[0] as string

/** The sign-in that one secret has for an image's registry. */
export function authFrom({ data = {} }: Secret, image: string): PullAuth | undefined {
  const text = data['.dockerconfigjson'] ?? data['.dockercfg']
  if (text === undefined) return undefined
  let parsed: { auths?: Record<string, Entry> } & Record<string, Entry>
  try {
    parsed = JSON.parse(fromBase64(text)) as typeof parsed
  } catch {
    return undefined
  }
  const entries = data['.dockerconfigjson'] === undefined ? parsed : (parsed.auths ?? {})
  const registry = registryOf(image)
  const found = Object.entries(entries).find(([key]) => {
    const host = hostOf(key)
    return host === registry || (hub.has(host) && hub.has(registry))
  })
  return found === undefined ? undefined : toAuth(found[1], registry)
}

function toAuth(entry: Entry, serverAddress: string): PullAuth {
  const [user = '', ...rest] = entry.auth === undefined ? [] : fromBase64(entry.auth).split(':')
  return {
    serverAddress,
    username: entry.username ?? user,
    password: entry.password ?? rest.join(':'),
    identityToken: entry.identitytoken ?? '',
    registryToken: entry.registrytoken ?? '',
  }
}

/** The sign-ins to try for an image, from the pod's pull secrets; secrets that are not there are passed over. */
export async function pullAuths(pod: Pod, image: string, read: Read): Promise<PullAuth[]> {
  const auths: PullAuth[] = []
  for (const { name } of pod.spec?.imagePullSecrets ?? []) {
    if (name === undefined) continue
    try {
      const auth = authFrom(await read(pod.metadata.namespace ?? '', name), image)
      if (auth !== undefined) auths.push(auth)
    } catch (error) {
      if (!isApiError(error)) throw error
    }
  }
  return auths
}
