import { request } from 'node:https'

const timeoutMs = 20_000

/** Asks a part on this machine whether it is well; its certificate is its own, so it is not checked. */
function probe(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `https://127.0.0.1:${port}/healthz`
    const fail = (error: Error) => reject(new Error(`Get "${url}": ${connectionFault(error, port)}`))
    const asked = request(url, { rejectUnauthorized: false, timeout: timeoutMs }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
    asked.on('error', fail)
    asked.on('timeout', () => asked.destroy(new Error('context deadline exceeded')))
    asked.end()
  })
}

const connectionFault = (error: Error, port: number) =>
  (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
    ? `dial tcp 127.0.0.1:${port}: connect: connection refused`
    : error.message

/** The parts of a control plane that run beside an API server, at upstream's ports. */
export const neighbours: Readonly<Record<string, () => Promise<string>>> = {
  'controller-manager': () => probe(10257),
  scheduler: () => probe(10259),
}
