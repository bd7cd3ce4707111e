import { noRoute } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { Route } from './contract.ts'

/** The paths that are no resources: exact ones first, then the longest prefix. */
export class Routes {
  readonly #exact = new Map<string, Route>()
  readonly #below: readonly Route[]

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#exact.set(trimmed(route.path), route)
    this.#below = routes.filter((route) => route.below).toSorted((a, b) => b.path.length - a.path.length)
  }

  /** @throws ApiError NotFound for a path that no route answers. */
  answer(request: HttpRequest, path: string): Promise<HttpResponse> {
    const route = this.#exact.get(trimmed(path)) ?? this.#below.find((one) => path.startsWith(one.path))
    if (route === undefined) throw noRoute()
    return route.handle(request)
  }
}

const trimmed = (path: string) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path)
