import { isRuntimeFault } from '../contract.ts'
import type { HttpResponse } from '#base/http'

/** A request that is not done, as plain text: the API server passes it on to its client. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const statuses: Readonly<Record<string, number>> = {
  notFound: 404,
  invalid: 400,
  exhausted: 429,
}

/** What a client is told of whatever went wrong. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (isRuntimeFault(error)) return new Refusal(statuses[error.code] ?? 500, error.message)
  return new Refusal(500, error instanceof Error ? error.message : String(error))
}

/** A refusal as an answer. */
export const refusalAnswer = ({ status, message }: Refusal): HttpResponse => plain(message, status)

/** Text as an answer. */
export const plain = (text: string, status = 200): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: new TextEncoder().encode(text),
})

/** JSON as an answer. */
export const json = (value: unknown): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: new TextEncoder().encode(JSON.stringify(value)),
})
