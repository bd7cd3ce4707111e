import type { HttpRequest, HttpResponse } from '#base/http'
import { toYaml } from '#schema/to-yaml'

const encoder = new TextEncoder()

/** Clients for which upstream indents JSON unasked. */
const prettyAgents = /^(curl|Wget|Mozilla\/5\.0)/

/** Whether the answer is for a person's eyes: `?pretty`, or a client such as curl. */
export function wantsPretty(request: HttpRequest): boolean {
  const asked = new URL(request.url, 'http://-').searchParams.get('pretty')
  if (asked !== null) return asked !== '0' && asked !== 'false'
  return prettyAgents.test(request.headers['user-agent'] ?? '')
}

/** JSON of a value with upstream's line ends: none after indented text, one after compact. */
export function jsonBytes(value: unknown, pretty: boolean): Uint8Array {
  return encoder.encode(pretty ? JSON.stringify(value, null, 2) : `${JSON.stringify(value)}\n`)
}

/** Answers a GET with a document in JSON, or YAML when only that is accepted. */
export async function documentAnswer(request: HttpRequest, value: unknown): Promise<HttpResponse> {
  const accepted = request.headers.accept ?? ''
  if (accepted.includes('application/yaml') && !accepted.includes('json') && !accepted.includes('*/*')) {
    return {
      status: 200,
      headers: { 'content-type': 'application/yaml' },
      body: encoder.encode(toYaml(value)),
    }
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: jsonBytes(value, wantsPretty(request)),
  }
}

/** A handler that takes GET and HEAD and refuses other methods. */
export function readOnly(handle: (request: HttpRequest) => Promise<HttpResponse>) {
  return (request: HttpRequest): Promise<HttpResponse> =>
    request.method === 'GET' || request.method === 'HEAD' ? handle(request) : Promise.resolve(notAllowed)
}

const notAllowed: HttpResponse = {
  status: 405,
  headers: { 'content-type': 'text/plain; charset=utf-8', allow: 'GET, HEAD' },
  body: encoder.encode('405: Method Not Allowed'),
}
