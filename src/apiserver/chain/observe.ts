import type { Clock } from '#base/clock'
import type { HttpResponse } from '#base/http'
import type { Metrics } from '../contract.ts'
import type { Filter } from './filter.ts'

/** Tells the metrics of every request that ends. */
export const observe =
  (clock: Clock, metrics: Metrics): Filter =>
  async (passing, next) => {
    const started = clock.monotonic()
    const answer = await next(passing)
    const { verb, group, version, resource, subresource, name, namespace } = passing.info
    const scope = name !== '' ? 'resource' : namespace !== '' ? 'namespace' : resource !== '' ? 'cluster' : ''
    const labels = {
      verb: verb.toUpperCase(),
      group,
      version,
      resource,
      subresource,
      scope,
      code: answer.status,
    } as const
    if (passing.info.isResource)
      metrics.requestDone(labels, (clock.monotonic() - started) / 1000, bytesOf(answer))
    return answer
  }

function bytesOf({ body }: HttpResponse): number {
  if (body instanceof Uint8Array) return body.length
  if (!Array.isArray(body)) return 0
  return (body as readonly Uint8Array[]).reduce((sum, piece) => sum + piece.length, 0)
}
