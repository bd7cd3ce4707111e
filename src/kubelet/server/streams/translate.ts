import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { SpdyConnection } from '#client'
import { streamsOf } from '../session-streams.ts'

/** The first byte of each message says which stream it is of; `close` is followed by the one that ends. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
type Outgoing = 'stdout' | 'stderr' | 'error'

/** So many bytes may wait for a slow client before the container has to. */
const waitingMax = 1024 * 1024

/** Carries a session of v5.channel.k8s.io over the streams of SPDY's v4.channel.k8s.io, until one end is through. */
export function translate(client: WebSocket, socket: Duplex, query: URLSearchParams): void {
  const { stdin, stdout, stderr, tty } = streamsOf(query)
  const connection = new SpdyConnection(socket)
  const open = (streamtype: string) => connection.open({ streamtype }).on('error', () => {})
  const error = open('error')
  const input = new Map<number, Duplex>()
  if (stdin) input.set(channels.stdin, open('stdin'))
  const output: [Outgoing, Duplex][] = [['error', error]]
  if (stdout) output.push(['stdout', open('stdout')])
  if (stderr) output.push(['stderr', open('stderr')])
  if (tty) input.set(channels.resize, open('resize'))
  client.on('message', (data) => take(client, input, bytesOf(data)))
  client.once('close', () => connection.close())
  client.on('error', () => connection.close())
  // Clients wait for a first message to know that the session stands, as upstream sends it.
  client.send(Buffer.of(channels[stdout ? 'stdout' : stderr ? 'stderr' : 'error']))
  void Promise.all(output.map(([name, stream]) => give(client, channels[name], stream))).then(
    ([verdictBytes]) => {
      if (verdictBytes === 0) send(client, channels.error, lost)
      client.close(1000)
    },
  )
}

/** What a client is told when the runtime goes without a word. */
const lost = Buffer.from(
  JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: 'Internal error occurred: the connection to the container runtime was lost',
    reason: 'InternalError',
    details: { causes: [{ message: 'the connection to the container runtime was lost' }] },
    code: 500,
  }),
)

const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data

function take(client: WebSocket, input: ReadonlyMap<number, Duplex>, message: Buffer): void {
  const [channel = -1, ended = -1] = message
  if (channel === channels.close) return void input.get(ended)?.end()
  const stream = input.get(channel)
  if (message.length < 2 || !stream?.writable) return
  // Not the event of having room again: it does not come when the input has ended meanwhile.
  if (!stream.write(message.subarray(1), () => client.resume())) client.pause()
}

/** Sends what a stream says at the pace of the client. Resolves with how many bytes there were. */
function give(client: WebSocket, channel: number, stream: Duplex): Promise<number> {
  let total = 0
  stream.on('data', (piece: Buffer) => {
    total += piece.length
    send(client, channel, piece, () => stream.resume())
    if (client.bufferedAmount > waitingMax) stream.pause()
  })
  return new Promise((resolve) => {
    stream.once('end', () => resolve(total))
    stream.once('close', () => resolve(total))
  })
}

function send(client: WebSocket, channel: number, bytes: Uint8Array, sent = () => {}): void {
  client.send(Buffer.concat([Buffer.of(channel), bytes]), sent)
}
