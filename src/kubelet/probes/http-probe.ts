import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { onCancel, type Cancel } from '#base/cancel'
import { kubernetesVersion } from '#base/kubernetes-version'
import type { HTTPHeader } from '#kinds/gen/core-v1'
import { type Attempt, bad, good, type Outcome, outputBytesMax } from './outcome.ts'
import { addressOf, dialWords } from './words.ts'

/** Where to, and with which headers. */
export interface HttpTarget {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly path: string
  readonly headers: readonly HTTPHeader[]
}

const redirectsMax = 10
const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status)

/** Asks for a path: the answer must be one of success or of redirection. */
export const httpProbe =
  ({ scheme, host, port, path, headers }: HttpTarget): Attempt =>
  async (signal) => {
    let shown = `${scheme}://${addressOf(host, port)}${path.startsWith('/') ? path : `/${path}`}`
    const first = new URL(shown)
    for (let url = first, hop = 0; hop < redirectsMax; hop++) {
      const why = (error: Error) => bad(`Get ${JSON.stringify(shown)}: ${faultWords(error, url, signal)}`)
      const answer = await ask(url, toHeaders(headers), signal).catch(why)
      if ('isGood' in answer) return answer
      const to = isRedirect(answer.status) ? answer.location : undefined
      if (to === undefined) return judged(answer)
      const next = new URL(to, url)
      // Who leads elsewhere is there: a probe does not follow to other hosts.
      if (next.hostname !== first.hostname) {
        const words = `Probe terminated redirects, Response body: ${answer.body}`
        return { isGood: true, isDoubtful: true, output: words }
      }
      url = next
      shown = next.href
    }
    return bad(`Get ${JSON.stringify(shown)}: stopped after ${redirectsMax} redirects`)
  }

const judged = ({ status, body }: Answer): Outcome =>
  status >= 200 && status < 400 ? good(body) : bad(`HTTP probe failed with statuscode: ${status}`)

const faultWords = (error: Error, url: URL, signal: Cancel) =>
  signal.aborted
    ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    : dialWords(error, url.hostname.replaceAll(/^\[|\]$/g, ''), portOf(url))

const portOf = ({ port, protocol }: URL) => Number(port) || (protocol === 'https:' ? 443 : 80)

function toHeaders(list: readonly HTTPHeader[]): Record<string, string[]> {
  const { major, minor } = kubernetesVersion
  const headers: Record<string, string[]> = {}
  for (const { name, value = '' } of list) (headers[name.toLowerCase()] ??= []).push(value)
  headers['user-agent'] ??= [`kube-probe/${major}.${minor}`]
  headers['accept'] ??= ['*/*']
  // An empty value asks for the header to be left out.
  return Object.fromEntries(Object.entries(headers).filter(([, values]) => values.some((one) => one !== '')))
}

interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

function ask(url: URL, headers: Record<string, string[]>, signal: Cancel): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host, ...others } = headers
    const options = { headers: { ...others, ...(host && { host: host[0] }) }, agent: false as const }
    const answered = (response: IncomingMessage) => void read(response).then(done, reject)
    const asking =
      url.protocol === 'https:'
        ? // The certificates of pods are not checked: the node could not know who signs them.
          tlsRequest(url, { ...options, rejectUnauthorized: false }, answered)
        : plainRequest(url, options, answered)
    const release = onCancel(signal, () => void asking.destroy(new Error('aborted')))
    const done = (answer: Answer) => {
      release()
      asking.destroy()
      resolve(answer)
    }
    asking.on('error', (error) => {
      release()
      reject(error)
    })
    asking.end()
  })
}

async function read(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes >= outputBytesMax) break
  }
  const body = Buffer.concat(pieces).subarray(0, outputBytesMax).toString()
  return { status: response.statusCode ?? 0, location: response.headers.location, body }
}
