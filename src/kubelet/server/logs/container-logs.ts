import type { Cancel } from '#base/cancel'
import type { HttpBody, Sink } from '#base/http'
import { isRuntimeFault, type Runtime } from '../../contract.ts'
import type { Endpoint, KubeletServerOptions } from '../contract.ts'
import { Refusal } from '../refusal.ts'
import { hasContainer, noLog } from './log-fault.ts'
import { toLogOptions } from './log-options.ts'
import { readLog } from './read-log.ts'

/** `/containerLogs/{namespace}/{pod}/{container}`: what a container has written. */
export function containerLogsEndpoint(options: KubeletServerOptions): Endpoint {
  const { pods, runtime, clock, log } = options
  return async ({ parts, query, request }) => {
    const [namespace = '', name = '', container = ''] = parts
    const wanted = toLogOptions(query, clock.now())
    const pod = pods.find(namespace, name)
    if (!pod) throw new Refusal(404, `pod ${JSON.stringify(name)} does not exist`)
    if (!hasContainer(pod, container))
      throw new Refusal(
        404,
        `container ${JSON.stringify(container)} not found in pod ${JSON.stringify(name)}`,
      )
    const uid = pod.metadata.uid ?? ''
    const handle = pods.container(uid, container, wanted.previous)
    const path = pods.logPath(uid, container, wanted.previous)
    if (!handle || path === undefined) throw noLog(pod, container, wanted.previous)
    const source = { path, clock, isRunning: () => isRunning(runtime, handle.id, request.signal) }
    const pieces = readLog(source, wanted, request.signal)
    const first = await firstPiece(pieces, wanted.follow, path)
    return {
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: streamed(first, pieces, (error) =>
        log.warn('Reading a log failed', { pod: `${namespace}/${name}`, container, err: String(error) }),
      ),
    }
  }
}

/** The first piece, so that a log that is not there is told as a refusal; a followed one may be silent for long. */
async function firstPiece(
  pieces: AsyncGenerator<Buffer>,
  follows: boolean,
  path: string,
): Promise<Buffer | undefined> {
  if (follows) return undefined
  try {
    const { value } = await pieces.next()
    return value as Buffer | undefined
  } catch (error) {
    throw new Refusal(400, `failed to open log file ${JSON.stringify(path)}: ${(error as Error).message}`)
  }
}

/** A runtime that is away says nothing of the container: it is waited for. */
async function isRunning(runtime: Runtime, id: string, signal: Cancel): Promise<boolean> {
  try {
    const { state } = await runtime.containerStatus(id, signal)
    return state === 'running' || state === 'created'
  } catch (error) {
    return !isRuntimeFault(error, 'notFound') && !signal.aborted
  }
}

/** Pieces as a body, at the pace of the reader. */
function streamed(
  first: Buffer | undefined,
  pieces: AsyncGenerator<Buffer>,
  complain: (error: unknown) => void,
): HttpBody {
  return {
    start(sink) {
      if (first) sink.write(first)
      void pump(pieces, sink)
        .catch(complain)
        .finally(() => sink.end())
    },
  }
}

async function pump(pieces: AsyncGenerator<Buffer>, sink: Sink): Promise<void> {
  let isClosed = false
  let wake = () => {}
  sink.onClose(() => {
    isClosed = true
    wake()
  })
  for await (const piece of pieces) {
    if (isClosed) return
    if (sink.write(piece)) continue
    await new Promise<void>((resolve) => {
      wake = resolve
      sink.onDrain(resolve)
      if (isClosed) resolve()
    })
  }
}
