// Clients that create objects one after another until their server is gone, over HTTP/1.1 or HTTP/2.
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:http2'

/** Creates a ConfigMap of a name; gives the status, or undefined when no answer came. */
export type CreateOne = (name: string) => Promise<number | undefined>

const path = '/api/v1/namespaces/default/configmaps'
const bodyOf = (name: string) => JSON.stringify({ metadata: { name }, data: { pad: 'x'.repeat(500) } })

/** Creates over kept HTTP/1.1 connections. */
export function createOverHttp1(url: string): CreateOne {
  const agent = new Agent({ keepAlive: true })
  return (name) =>
    new Promise((resolve) => {
      const body = bodyOf(name)
      const headers = { 'content-type': 'application/json', 'content-length': body.length }
      const outgoing = request(`${url}${path}`, { method: 'POST', agent, headers }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode))
        answer.on('error', () => resolve(undefined))
      })
      outgoing.on('error', () => resolve(undefined))
      outgoing.end(body)
    })
}

/** Creates over one HTTP/2 connection; asks nothing more when the server has said that it goes. */
export async function createOverHttp2(secureUrl: string): Promise<CreateOne> {
  const session = connect(secureUrl, { rejectUnauthorized: false })
  await once(session, 'connect')
  let isGoing = false
  session.on('goaway', () => (isGoing = true))
  session.on('error', () => {})
  return (name) =>
    new Promise((resolve) => {
      if (isGoing || session.closed || session.destroyed) return resolve(undefined)
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' })
      let status: number | undefined
      stream.on('response', (headers) => (status = headers[':status']))
      stream.on('error', () => {})
      stream.on('close', () => resolve(stream.rstCode === 0 ? status : undefined))
      stream.resume()
      stream.end(bodyOf(name))
    })
}

/** Runs clients until each has had no answer; gives the names that were acknowledged, as they come. */
export function createUntilGone(
  create: CreateOne,
  clients: number,
): { readonly names: Set<string>; readonly over: Promise<unknown> } {
  const names = new Set<string>()
  const client = async (number: number) => {
    for (let i = 0; ; i++) {
      const name = `c${number}-${i}`
      const status = await create(name)
      if (status === 201) names.add(name)
      else return
    }
  }
  return { names, over: Promise.all(Array.from({ length: clients }, (_, number) => client(number))) }
}
