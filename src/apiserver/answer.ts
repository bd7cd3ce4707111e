import type { ApiError, Status } from '#base/errors'
import type { HttpResponse } from '#base/http'
import { parseJson, stringifyJson } from '#schema/json'
import { indentJson } from './indent-json.ts'
import { type AnswerForm, mediaTypes } from './negotiate.ts'
import { valueProtobuf } from './protobuf.ts'
import { toYaml } from '#schema/to-yaml'

/** Headers of every answer from the API: no proxy may keep it. */
export const uncached = { 'cache-control': 'no-cache, private' } as const

const json: AnswerForm = { encoding: 'json', as: undefined, contentType: 'application/json', pretty: false }

/** A value as the bytes that the form asks for. */
export async function encodeAs(form: AnswerForm, value: unknown): Promise<Uint8Array> {
  if (form.encoding === 'yaml') return Buffer.from(toYaml(value))
  if (form.encoding === 'protobuf') return valueProtobuf(value)
  const text = stringifyJson(value)
  return Buffer.from(`${form.pretty ? indentJson(text) : text}\n`)
}

/** Bytes of compact JSON, without their newline, in the form that is asked for. */
export function reformBytes(form: AnswerForm, bytes: Uint8Array): Promise<Uint8Array> | Uint8Array {
  if (form.encoding === 'json' && !form.pretty) return Buffer.concat([bytes, newline])
  const text = Buffer.from(bytes).toString()
  return form.encoding === 'json' ? Buffer.from(`${indentJson(text)}\n`) : encodeAs(form, parseJson(text))
}

export const newline = Buffer.from('\n')

/** An answer with a value in the form that is asked for. */
export async function answerWith(form: AnswerForm, value: unknown, status = 200): Promise<HttpResponse> {
  return {
    status,
    headers: { ...uncached, 'content-type': form.contentType },
    body: await encodeAs(form, value),
  }
}

/** A refusal as an answer. */
export async function refuse(error: ApiError, form: AnswerForm = json): Promise<HttpResponse> {
  const status: Status = error.toStatus()
  const retry = error.details?.retryAfterSeconds
  const answer = await answerWith(
    { ...form, as: undefined, contentType: mediaTypes[form.encoding] },
    status,
    error.code,
  )
  return retry === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'retry-after': String(retry) } }
}
