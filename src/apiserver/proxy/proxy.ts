import type { HttpRequest, HttpResponse } from '#base/http'
import type { Clock } from '#base/clock'
import type { Subresource, SubresourceCall } from '../contract.ts'
import { request, type Target, unserved } from './backend.ts'
import { isPage, pageBody } from './html-body.ts'
import { ownLink } from './html-links.ts'
import type { KubeletClient } from './kubelet-client.ts'
import { locate } from './location.ts'
import { passedOn, relayedBody } from './relay.ts'
import { tunnel } from './tunnel.ts'

/** A proxied request's body is held in memory once. */
const bodyBytesMax = 64 * 1024 * 1024

/** `pods/proxy`, `services/proxy` and `nodes/proxy`: any request, passed on to what runs there. */
export function proxySubresource(kubelets: KubeletClient, clock: Clock): Subresource {
  return {
    async handle(call) {
      if (needsSlash(call)) return toSlash(call.request)
      const target = await locate(call, kubelets)
      const sent = await call.request.body(bodyBytesMax)
      const wanted = {
        method: call.request.method,
        path: backendPath(call),
        headers: {
          ...forwardedHeaders(call),
          ...(sent.length > 0 && { 'content-length': String(sent.length) }),
        },
        ...(sent.length > 0 && { body: sent }),
      }
      const answer = await request(target, wanted, call.request.signal, clock, unserved)
      const headers = passedOn(answer.headers)
      const own = (link: string) =>
        ownLink(link, proxyPrefix(call), hostOf(target), call.request.headers.host ?? '')
      const isMoved = headers.location !== undefined
      if (isMoved) headers.location = own(headers.location as string)
      const isRewritten = !isMoved && wanted.method !== 'HEAD' && isPage(answer)
      const body = isRewritten ? await pageBody(answer, own) : relayedBody(answer)
      return { status: answer.statusCode ?? 502, headers, body }
    },
    async upgrade(call, socket, head) {
      const target = await locate(call, kubelets)
      const { headers } = call.request
      const both = {
        ...forwardedHeaders(call),
        connection: headers.connection ?? 'Upgrade',
        upgrade: headers.upgrade ?? '',
      }
      await tunnel(target, backendPath(call), call.request, socket, head, clock, both)
    },
  }
}

/** Relative links of a page at the root only work below a path that ends in a slash. */
const needsSlash = ({ tail, request: { method, url } }: SubresourceCall) =>
  tail === '' && !pathOf(url).endsWith('/') && (method === 'GET' || method === 'HEAD')

const pathOf = (url: string) => url.split('?', 1)[0] as string

function toSlash(request: HttpRequest): HttpResponse {
  const [path, query] = request.url.split('?', 2)
  const location = `${path}/${query === undefined ? '' : `?${query}`}`
  return { status: 301, headers: { location }, body: new Uint8Array(0) }
}

/** The part of our path before the tail; counted, because an object may be called `proxy` too. */
function proxyPrefix(call: SubresourceCall): string {
  return pathOf(call.request.url)
    .split('/')
    .slice(0, call.kind.namespaced ? 8 : 6)
    .join('/')
}

/** The path and query as the client wrote them, after `/proxy`. */
function backendPath(call: SubresourceCall): string {
  const rest = call.request.url.slice(proxyPrefix(call).length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** The client's headers without its credentials, with where the request came from. */
function forwardedHeaders(call: SubresourceCall): Record<string, string> {
  const { authorization: _ours, host, ...rest } = passedOn(call.request.headers)
  for (const name of Object.keys(rest)) if (name.startsWith('impersonate-')) delete rest[name]
  return {
    ...rest,
    'x-forwarded-for': call.request.peer.address,
    'x-forwarded-uri': pathOf(call.request.url),
    ...(host !== undefined && { 'x-forwarded-host': host }),
    'x-forwarded-proto': call.request.peer.secure ? 'https' : 'http',
  }
}

/** A place as links name it. */
const hostOf = ({ host, port }: Target) => `${host.includes(':') ? `[${host}]` : host}:${port}`
