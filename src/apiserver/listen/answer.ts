import { ApiError } from '#base/errors'
import type { HttpHandler, HttpRequest, HttpResponse } from '#base/http'
import type { Log } from '#base/log'

const encoder = new TextEncoder()

/** A refusal as an answer, for what goes wrong before or outside the request chain. */
export function statusAnswer(error: ApiError): HttpResponse {
  return {
    status: error.code,
    headers: { 'content-type': 'application/json' },
    body: encoder.encode(`${JSON.stringify(error.toStatus())}\n`),
  }
}

/** The handler's answer, or a Status when it throws. */
export async function answer(handler: HttpHandler, request: HttpRequest, log: Log): Promise<HttpResponse> {
  try {
    return await handler(request)
  } catch (error) {
    if (error instanceof ApiError) return statusAnswer(error)
    log.error('Request failed', { method: request.method, url: request.url, err: String(error) })
    return statusAnswer(new ApiError('InternalError', 'Internal error occurred'))
  }
}

/** The answer to a client certificate that our authority did not sign, when nothing else says who the client is. */
export const unknownCertificate = () => statusAnswer(new ApiError('Unauthorized', 'Unauthorized'))
