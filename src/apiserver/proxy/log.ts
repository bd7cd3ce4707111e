import type { IncomingMessage } from 'node:http'
import { ApiError, badRequest } from '#base/errors'
import { type FieldError, fieldForbidden, invalid, invalidObject } from '#base/field-error'
import type { HttpResponse } from '#base/http'
import type { Pod } from '#kinds/gen/core-v1'
import type { Subresource, SubresourceCall } from '../contract.ts'
import { containerName } from './container-name.ts'
import type { KubeletClient } from './kubelet-client.ts'
import { relayedBody, textOf } from './relay.ts'

const truth = (text: string | null) => text !== null && text !== 'false' && text !== '0'
const numberNames = ['sinceSeconds', 'tailLines', 'limitBytes'] as const

/** `pods/log`: what a container has written, from its node. */
export function logSubresource(kubelets: KubeletClient): Subresource {
  return {
    async handle(call) {
      const pod = (await call.object()) as unknown as Pod
      const query = kubeletQuery(call)
      const container = containerName(pod, call.query.get('container') ?? '')
      const nodeName = pod.spec?.nodeName ?? ''
      if (nodeName === '') return text(new Uint8Array(0))
      const path = `/containerLogs/${call.namespace}/${call.name}/${encodeURIComponent(container)}${query}`
      const answer = await kubelets.get(call, nodeName, path)
      if (answer.statusCode !== 200) throw await refusal(call, answer)
      return text(relayedBody(answer))
    },
  }
}

const text = (body: HttpResponse['body']): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' },
  body,
})

/** The options a kubelet is asked with. @throws ApiError for options that make no sense. */
function kubeletQuery(call: SubresourceCall): string {
  const faults = [...optionFaults(call.query)]
  if (faults.length > 0) throw invalidObject('', 'PodLogOptions', call.name, faults)
  const wanted = new URLSearchParams()
  for (const name of ['follow', 'previous', 'timestamps']) {
    if (truth(call.query.get(name))) wanted.set(name, 'true')
  }
  for (const name of [...numberNames, 'sinceTime', 'stream'] as const) {
    const value = call.query.get(name)
    if (value !== null && value !== '') wanted.set(name, value)
  }
  return wanted.size === 0 ? '' : `?${wanted.toString()}`
}

function* optionFaults(query: URLSearchParams): Generator<FieldError> {
  const given = new Map<string, number>()
  for (const name of numberNames) {
    const value = query.get(name)
    if (value === null || value === '') continue
    if (!/^[+-]?\d+$/.test(value))
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`)
    given.set(name, Number(value))
  }
  const tail = given.get('tailLines')
  if (tail !== undefined && tail < 0) yield invalid('tailLines', tail, 'must be greater than or equal to 0')
  const limit = given.get('limitBytes')
  if (limit !== undefined && limit < 1) yield invalid('limitBytes', limit, 'must be greater than 0')
  const since = given.get('sinceSeconds')
  if (since !== undefined && query.get('sinceTime'))
    yield fieldForbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified')
  else if (since !== undefined && since < 1) yield invalid('sinceSeconds', since, 'must be greater than 0')
}

/** A kubelet's refusal as the client sees it. */
async function refusal(call: SubresourceCall, answer: IncomingMessage): Promise<ApiError> {
  const body = await textOf(answer)
  if (answer.statusCode === 400) return badRequest(body)
  if (answer.statusCode === 500) return new ApiError('InternalError', `Internal error occurred: ${body}`)
  const code = answer.statusCode ?? 502
  const known =
    code === 404
      ? 'the server could not find the requested resource'
      : `an error on the server (${JSON.stringify(body).slice(1, -1) || 'unknown'}) has prevented the request from succeeding`
  return new ApiError(
    code === 404 ? 'NotFound' : code === 503 ? 'ServiceUnavailable' : '',
    `${known} ( pods/log ${call.name})`,
    {
      code,
      details: {
        name: call.name,
        kind: 'pods/log',
        causes: [{ reason: 'UnexpectedServerResponse', message: body }],
      },
    },
  )
}
