import { ApiError } from '#base/errors'
import type { ApiServer } from '#apiserver'
import type { HttpResponse } from '#base/http'

const encoder = new TextEncoder()
const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: encoder.encode(body),
})

/** Answers while there is no server yet because its store cannot be reached: alive, but not ready. */
export const starting: Pick<ApiServer, 'handle' | 'upgrade'> = {
  async handle(request) {
    const path = request.url.split('?', 1)[0]
    if (path === '/livez' || path === '/livez/ping' || path === '/healthz/ping') return text(200, 'ok')
    if (path === '/readyz' || path === '/healthz')
      return text(500, `[+]ping ok\n[-]etcd failed: reason withheld\n${path.slice(1)} check failed\n`)
    const refusal = new ApiError(
      'ServiceUnavailable',
      'the API server is starting: its store cannot be reached yet',
      {
        details: { retryAfterSeconds: 1 },
      },
    )
    return {
      status: 503,
      headers: { 'content-type': 'application/json', 'retry-after': '1' },
      body: encoder.encode(`${JSON.stringify(refusal.toStatus())}\n`),
    }
  },
  async upgrade(_request, socket) {
    socket.end(
      'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
  },
}
