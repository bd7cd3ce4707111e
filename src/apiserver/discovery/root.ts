import type { HttpRequest } from '#base/http'
import type { Route } from '../contract.ts'
import { readOnly } from './json-answer.ts'

const encoder = new TextEncoder()

/** `/`: the paths of all other routes, sorted. `only` lists others instead. */
export function rootRoute(routes: readonly Route[], only?: readonly string[]): Route {
  const listed = only ?? routes.filter(({ unlisted }) => unlisted !== true).map(({ path }) => path)
  const paths = [...new Set(listed)].sort()
  const bytes = encoder.encode(JSON.stringify({ paths }, null, 2))
  return {
    path: '/',
    unlisted: true,
    handle: readOnly(async (_request: HttpRequest) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: bytes,
    })),
  }
}
