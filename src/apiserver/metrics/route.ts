import type { ApiServer, Route } from '../contract.ts'

const encoder = new TextEncoder()

/** `/metrics`: Prometheus text. */
export function metricsRoute(server: ApiServer): Route {
  return {
    path: '/metrics',
    async handle() {
      return {
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        body: encoder.encode(await server.metrics.render()),
      }
    },
  }
}
