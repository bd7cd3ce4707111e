import { once } from 'node:events'
import { type Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Status } from '#base/errors'
import { type Client, readText, statusError } from '#client'
import { KubectlError } from '../fault.ts'
import type { Io } from '../io.ts'
import { type PodPlace, connectStreams } from './connect.ts'
import { rawTerminal, terminalSize } from './terminal.ts'

/** Which streams of a container to join, and how. */
export interface Session {
  readonly client: Client
  readonly io: Io
  readonly pod: PodPlace
  readonly subresource: 'exec' | 'attach'
  readonly container: string
  /** For exec. */
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
  /** No standard error with a terminal: it is one stream there. */
  readonly stderr: boolean
}

/** Joins a container's streams with ours until its process ends or the connection does. Resolves to the exit code. */
export async function runSession(session: Session): Promise<number> {
  const { client, io, pod, subresource, stdin, tty } = session
  const connection = await connectStreams(
    client,
    pod,
    subresource,
    queryOf(session),
    'v4.channel.k8s.io',
    io.signal,
  )
  const leaveTerminal = tty && stdin ? rawTerminal(io) : () => {}
  try {
    const streams = openStreams(session, (type) => connection.open({ streamtype: type }))
    const verdict = readText(streams.error)
    if (streams.stdin) void feed(io, streams.stdin)
    if (streams.resize) void keepSize(io, streams.resize)
    await Promise.all([drain(streams.stdout, io.stdout), streams.stderr && drain(streams.stderr, io.stderr)])
    return exitCode(await verdict)
  } finally {
    leaveTerminal()
    io.stdin.destroy()
    connection.close()
  }
}

function queryOf({ subresource, container, command, stdin, tty, stderr }: Session): [string, string][] {
  const flags: [string, boolean][] = [
    ['stdin', stdin],
    ['stdout', true],
    ['stderr', stderr && !tty],
    ['tty', tty],
  ]
  return [
    ...(subresource === 'exec' ? command.map((word): [string, string] => ['command', word]) : []),
    ['container', container],
    ...flags.flatMap(([name, isOn]): [string, string][] => (isOn ? [[name, 'true']] : [])),
  ]
}

/** The server waits until all streams that the query names are open. */
function openStreams({ stdin, tty, stderr }: Session, open: (type: string) => Duplex) {
  return {
    error: open('error'),
    stdin: stdin ? open('stdin') : undefined,
    stdout: open('stdout'),
    stderr: stderr && !tty ? open('stderr') : undefined,
    resize: tty ? open('resize') : undefined,
  }
}

/** Our input to the container; its end tells the container that nothing follows. */
async function feed({ stdin }: Io, target: Duplex): Promise<void> {
  // A process that ends before it has read everything is no failure of ours.
  await pipeline(stdin, target, { end: true }).catch(() => {})
}

async function drain(source: Duplex, target: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of Readable.from(source)) {
    if (!target.write(chunk as Uint8Array)) await once(target, 'drain')
  }
}

async function keepSize(io: Io, resize: Duplex): Promise<void> {
  resize.on('error', () => {})
  for await (const { columns, rows } of terminalSize(io)) {
    resize.write(`${JSON.stringify({ Width: columns, Height: rows })}\n`)
  }
}

/** What the server says at the end: a Status whose cause holds the exit code. @throws for what kept the command from running. */
function exitCode(text: string): number {
  if (text === '') return 0
  const status = JSON.parse(text) as Status
  if (status.status === 'Success') return 0
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')
  if ((status.reason as string) !== 'NonZeroExitCode' || cause?.message === undefined) {
    if (status.reason === undefined) throw new KubectlError(status.message ?? text)
    throw statusError(status)
  }
  throw new KubectlError(`command terminated with exit code ${cause.message}`, {
    code: Number(cause.message),
    isPrefixed: false,
  })
}
