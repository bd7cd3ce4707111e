import type { Cancel } from '#base/cancel'
import { type Client, type ResourceName, queryText, readText, resourcePath, toRefusal } from '#client'
import { parseJson } from '#schema/json'

/** The form in which an answer is wanted. */
export const forms = {
  json: 'application/json',
  table:
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
} as const

/** What is asked of a resource. */
export interface Question {
  readonly resource: ResourceName
  readonly namespace: string | undefined
  readonly name?: string | undefined
  readonly subresource?: string | undefined
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
}

/** Sends a GET and gives the answer's body as it comes. @throws ApiError, TransportError. */
export async function ask(
  client: Client,
  question: Question,
  form: keyof typeof forms,
  signal: Cancel,
): Promise<AsyncIterable<Uint8Array>> {
  const { resource, name, subresource, query = {} } = question
  const namespace = resource.namespaced ? question.namespace : undefined
  const path = resourcePath(resource, { namespace, name, subresource }) + queryText(query)
  const { status, body } = await client.transport.request(
    { method: 'GET', path, headers: { accept: forms[form] } },
    signal,
  )
  if (status >= 400) throw await toRefusal(status, body)
  return body
}

/** Sends a GET and gives the parsed answer. @throws ApiError, TransportError. */
export async function askJson<T>(
  client: Client,
  question: Question,
  form: keyof typeof forms,
  signal: Cancel,
): Promise<T> {
  return parseJson(await readText(await ask(client, question, form, signal))) as T
}
