import type { HttpRequest, HttpResponse } from '#base/http'
import type { Log } from '#base/log'
import type { HealthCheck, Route } from '../contract.ts'

const encoder = new TextEncoder()
const endpoints = ['healthz', 'livez', 'readyz'] as const
type Endpoint = (typeof endpoints)[number]

/** The routes `/healthz`, `/livez`, `/readyz`, and below each the single checks. */
export function healthRoutes(checks: readonly HealthCheck[], log: Log): Route[] {
  return endpoints.flatMap((endpoint) => {
    const own = checks.filter((check) => check.in.includes(endpoint))
    return [
      { path: `/${endpoint}`, handle: (request: HttpRequest) => all(endpoint, own, request, log) },
      ...own.map((check) => ({ path: `/${endpoint}/${check.name}`, handle: () => single(check) })),
    ]
  })
}

/** A check that always passes: the server answers at all. */
export const ping: HealthCheck = {
  name: 'ping',
  in: endpoints,
  check: () => Promise.resolve(),
}

const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache, private',
  },
  body: encoder.encode(body),
})

async function single(check: HealthCheck): Promise<HttpResponse> {
  const fault = await faultOf(check)
  return fault === undefined ? text(200, 'ok') : text(500, `internal server error: ${fault}\n`)
}

async function all(
  endpoint: Endpoint,
  checks: readonly HealthCheck[],
  request: HttpRequest,
  log: Log,
): Promise<HttpResponse> {
  const query = new URL(request.url, 'http://-').searchParams
  const excluded = new Set(query.getAll('exclude'))
  const faults = await Promise.all(
    checks.map((check) => (excluded.has(check.name) ? Promise.resolve(undefined) : faultOf(check))),
  )
  let lines = ''
  const failed: string[] = []
  for (const [i, { name }] of checks.entries()) {
    if (excluded.delete(name)) lines += `[+]${name} excluded: ok\n`
    else if (faults[i] === undefined) lines += `[+]${name} ok\n`
    else {
      // Reasons may tell of the machine's inside: they go to the log, not to whoever asks.
      lines += `[-]${name} failed: reason withheld\n`
      failed.push(`[-]${name} failed: ${faults[i]}`)
    }
  }
  if (excluded.size > 0) {
    const names = [...excluded].map((name) => JSON.stringify(name)).join(', ')
    lines += `warn: some health checks cannot be excluded: no matches for ${names}\n`
  }
  if (failed.length > 0) {
    log.v(2, `${endpoint} check failed`, { checks: failed.join('; ') })
    return text(500, `${lines}${endpoint} check failed\n`)
  }
  return text(200, query.has('verbose') ? `${lines}${endpoint} check passed\n` : 'ok')
}

async function faultOf(check: HealthCheck): Promise<string | undefined> {
  try {
    await check.check()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
