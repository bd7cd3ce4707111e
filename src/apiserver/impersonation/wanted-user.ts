import { badRequest } from '#base/errors'
import type { Headers } from '#base/http'

/** Whom a request wants to be taken for. */
export interface WantedUser {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: ReadonlyMap<string, readonly string[]>
}

const extraPrefix = 'impersonate-extra-'

/** Repeated headers of this sort come with their values on lines: the values themselves may hold commas. */
const linesOf = (value: string | undefined) => (value === undefined ? [] : value.split('\n'))

const isOfImpersonation = (name: string) =>
  name === 'impersonate-user' ||
  name === 'impersonate-uid' ||
  name === 'impersonate-group' ||
  name.startsWith(extraPrefix)

/** Reads whom a request wants to be; undefined for one that comes as itself. @throws ApiError BadRequest. */
export function wantedUserOf(headers: Headers): WantedUser | undefined {
  const names = Object.keys(headers).filter(isOfImpersonation)
  if (names.length === 0) return undefined
  const extra = new Map<string, string[]>()
  for (const name of names.filter((one) => one.startsWith(extraPrefix))) {
    const key = unescaped(name.slice(extraPrefix.length))
    extra.set(key, [...(extra.get(key) ?? []), ...linesOf(headers[name])])
  }
  const wanted = {
    name: linesOf(headers['impersonate-user'])[0] ?? '',
    uid: linesOf(headers['impersonate-uid'])[0] ?? '',
    groups: linesOf(headers['impersonate-group']),
    extra,
  }
  if (wanted.name !== '') return wanted
  if (wanted.uid === '' && wanted.groups.length === 0 && extra.size === 0) return undefined
  throw badRequest(`requested ${goText(wanted)} without impersonating a user name`)
}

/** The headers that are left for those behind: nobody there is to act upon impersonation again. */
export function withoutImpersonation(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOfImpersonation(name)))
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const goList = (list: readonly string[]) =>
  list.length === 0 ? '[]string(nil)' : `[]string{${list.map((one) => JSON.stringify(one)).join(', ')}}`

/** A user as Go prints one. */
function goText({ name, uid, groups, extra }: WantedUser): string {
  const pairs = [...extra].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const extras =
    pairs.length === 0
      ? 'map[string][]string(nil)'
      : `map[string][]string{${pairs.map(([key, values]) => `${JSON.stringify(key)}:${goList(values)}`).join(', ')}}`
  return `&user.DefaultInfo{Name:${JSON.stringify(name)}, UID:${JSON.stringify(uid)}, Groups:${goList(groups)}, Extra:${extras}}`
}
