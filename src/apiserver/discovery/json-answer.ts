import type { HttpRequest, HttpResponse } from '#base/http'
import { toYaml } from '#schema/to-yaml'
import { uncached } from '../answer.ts'
import { negotiate } from '../negotiate.ts'
import { valueProtobuf } from '../protobuf.ts'

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

/**
 * Answers a GET with a document that says what it is, in JSON, YAML or protobuf.
 * @throws ApiError NotAcceptable when the client takes none of them.
 */
export async function documentAnswer(request: HttpRequest, value: object): Promise<HttpResponse> {
  const { encoding, contentType } = negotiate(request.headers, new URL(request.url, 'http://-').searchParams)
  const headers = { ...uncached, 'content-type': contentType }
  if (encoding === 'yaml') return { status: 200, headers, body: encoder.encode(toYaml(value)) }
  // Some documents leave their version out.
  if (encoding === 'protobuf') {
    return { status: 200, headers, body: valueProtobuf({ apiVersion: 'v1', ...value }) }
  }
  return { status: 200, headers, body: jsonBytes(value, wantsPretty(request)) }
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
