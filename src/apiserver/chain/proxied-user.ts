import type { Headers } from '#base/http'
import type { User } from './filter.ts'

/** How a proxy that has found out who asks tells it. Names of headers are lower case. */
export interface ProxyHeaders {
  /** Common names of the certificates that proxies show; none: any that their authority signed. */
  readonly allowedNames: readonly string[]
  readonly username: readonly string[]
  readonly uid: readonly string[]
  readonly group: readonly string[]
  readonly extraPrefixes: readonly string[]
}

const linesOf = (value = '') => value.split('\n').filter((line) => line !== '')

/** For whom a proxy speaks; undefined when it does not say, or may not speak for anybody. */
export function proxiedUser(proxyName: string, headers: Headers, names: ProxyHeaders): User | undefined {
  if (names.allowedNames.length > 0 && !names.allowedNames.includes(proxyName)) return undefined
  const name = firstOf(headers, names.username)
  if (name === undefined) return undefined
  const uid = firstOf(headers, names.uid)
  const extra = extraOf(headers, names.extraPrefixes)
  return {
    name,
    groups: names.group.flatMap((one) => linesOf(headers[one])),
    ...(uid !== undefined && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  }
}

const firstOf = (headers: Headers, names: readonly string[]) =>
  names.map((name) => linesOf(headers[name])[0]).find((value) => value !== undefined)

function extraOf(headers: Headers, prefixes: readonly string[]): Record<string, string[]> {
  const extra = new Map<string, string[]>()
  for (const prefix of prefixes) {
    for (const [name, value] of Object.entries(headers)) {
      if (!name.startsWith(prefix)) continue
      const key = unescaped(name.slice(prefix.length))
      extra.set(key, [...(extra.get(key) ?? []), ...value.split('\n')])
    }
  }
  return Object.fromEntries(extra)
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The headers without those that only a proxy may send: nobody behind is to take a client's word for a proxy's. */
export function withoutProxied(headers: Headers, names: ProxyHeaders): Headers {
  const whole = new Set([...names.username, ...names.uid, ...names.group])
  const isProxies = (name: string) =>
    whole.has(name) || names.extraPrefixes.some((prefix) => name.startsWith(prefix))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isProxies(name)))
}
