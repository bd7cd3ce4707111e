// Requests as the tutorial's two clients make them, with the answer as it comes over the wire.
import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { api } from './places.ts'

/** An answer: its status line, headers and body. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** What a request carries beside its path. */
export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** httpie, which gets compact JSON and prints it in its own way. */
export const http = (path: string, asked: Asked = {}) => exchange(path, 'HTTPie/0.9.2', asked)

/** curl, which gets indented JSON. */
export const curl = (path: string, asked: Asked = {}) => exchange(path, 'curl/7.29.0', asked)

async function exchange(path: string, agent: string, asked: Asked): Promise<Answer> {
  const headers = { 'user-agent': agent, accept: '*/*', ...asked.headers }
  const sent = request(`${api}${path}`, { method: asked.method ?? 'GET', headers, agent: false })
  sent.end(asked.body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return {
    status: answer.statusCode as number,
    headers: answer.headers,
    text: Buffer.concat(chunks).toString(),
  }
}

/** The body of a successful answer to httpie. @throws when it is none. */
export async function get<T>(path: string): Promise<T> {
  const { status, text } = await http(path)
  if (status !== 200) throw new Error(`${status} to ${path}: ${text}`)
  return JSON.parse(text) as T
}
