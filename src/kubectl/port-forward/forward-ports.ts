import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import { onCancel } from '#base/cancel'
import { type Client, type SpdyConnection, readText } from '#client'
import { KubectlError } from '../fault.ts'
import { type Io, complain, print } from '../io.ts'
import { type PodPlace, connectStreams } from '../streams/connect.ts'
import type { PortPair } from './read-ports.ts'

/** What to forward and where to listen. */
export interface ForwardOptions {
  readonly client: Client
  readonly io: Io
  readonly pod: PodPlace
  readonly ports: readonly PortPair[]
  readonly addresses: readonly string[]
}

/** Listens and forwards until the user stops it. @throws KubectlError when the connection to the pod is lost. */
export async function forwardPorts(options: ForwardOptions): Promise<void> {
  const { client, io, pod, ports, addresses } = options
  const connection = await connectStreams(client, pod, 'portforward', [], 'portforward.k8s.io', io.signal)
  const servers: Server[] = []
  try {
    for (const pair of ports) servers.push(...(await listenAll(connection, pair, addresses, io)))
    const stopped = new Promise<void>((resolve) => void onCancel(io.signal, resolve))
    await Promise.race([stopped, connection.closed])
    if (!io.signal.aborted) throw new KubectlError('lost connection to pod')
  } finally {
    for (const server of servers) server.close()
    connection.close()
  }
}

/** `localhost` is 127.0.0.1 and, where there is one, ::1. */
async function listenAll(
  connection: SpdyConnection,
  { local, remote }: PortPair,
  addresses: readonly string[],
  io: Io,
): Promise<Server[]> {
  const servers: Server[] = []
  const faults: Error[] = []
  let port = local
  let requests = 0
  for (const address of addresses.flatMap((name) => (name === 'localhost' ? ['127.0.0.1', '::1'] : [name]))) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      print(io, `Handling connection for ${port}\n`)
      requests += 1
      void forward(connection, socket, remote, `${port}-${requests}`, io)
    })
    try {
      port = await listen(server, port, address)
      servers.push(server)
      print(io, `Forwarding from ${address.includes(':') ? `[${address}]` : address}:${port} -> ${remote}\n`)
    } catch (error) {
      faults.push(error as Error)
    }
  }
  if (servers.length > 0) return servers
  complain(io, faults.map((fault) => `Unable to listen on port ${local}: ${fault.message}\n`).join(''))
  throw new KubectlError(`unable to listen on any of the requested ports: [{${local} ${remote}}]`)
}

async function listen(server: Server, port: number, address: string): Promise<number> {
  server.listen(port, address)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** One connection: a stream for its bytes, and one on which the other side says what went wrong. */
async function forward(
  connection: SpdyConnection,
  socket: Socket,
  remote: number,
  requestId: string,
  io: Io,
): Promise<void> {
  const headers = { port: String(remote), requestid: requestId }
  const error = connection.open({ streamtype: 'error', ...headers })
  error.end()
  const data = connection.open({ streamtype: 'data', ...headers })
  socket.on('error', () => data.destroy())
  data.on('error', () => socket.destroy())
  socket.pipe(data).pipe(socket)
  const fault = await readText(error).catch(() => '')
  if (fault === '') return
  complain(io, `an error occurred forwarding ${requestId.split('-')[0]} -> ${remote}: ${fault}\n`)
  socket.destroy()
}
