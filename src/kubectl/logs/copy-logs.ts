import { once } from 'node:events'
import { readLines, toRefusal } from '#client'
import type { Pod } from '#kinds/gen/core-v1'
import type { LogsCall } from '../commands/logs.ts'
import { KubectlError } from '../fault.ts'
import { type Io, complain } from '../io.ts'
import { logPath } from '../streams/connect.ts'
import { containerOf } from '../streams/pod-of.ts'

/** One container's log. */
interface LogSource {
  readonly pod: Pod
  readonly container: string
}

/** Copies the logs to standard output: one after another, or all at once when they are followed. */
export async function copyLogs(call: LogsCall, pods: readonly Pod[]): Promise<void> {
  const { values, io } = call
  const sources = pods.flatMap((pod) => sourcesOf(call, pod))
  if (sources.length === 0) complain(io, 'No resources found\n')
  if (values.follow && sources.length > values.maxLogRequests)
    throw new KubectlError(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${values.maxLogRequests}, use --max-log-requests to increase the limit`,
    )
  if (values.follow) await Promise.all(sources.map((source) => copy(call, source)))
  else for (const source of sources) await copy(call, source)
}

function sourcesOf({ values, args, io }: LogsCall, pod: Pod): LogSource[] {
  if (values.allContainers) {
    const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {}
    const all = [...initContainers, ...containers, ...ephemeralContainers]
    return all.map(({ name }) => ({ pod, container: name }))
  }
  const wanted = values.container === '' ? (args[1] ?? '') : values.container
  return [{ pod, container: logContainer(pod, wanted, io) }]
}

function logContainer(pod: Pod, wanted: string, io: Io): string {
  try {
    return containerOf(pod, wanted, io, false)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    throw new KubectlError(`container ${wanted} is not valid for pod ${pod.metadata?.name}`)
  }
}

async function copy(call: LogsCall, source: LogSource): Promise<void> {
  const { values, factory, io } = call
  const client = await factory.client()
  const { status, body } = await client.transport.request(
    { method: 'GET', path: pathOf(call, source) },
    io.signal,
  )
  if (status >= 400) {
    const refusal = await toRefusal(status, body)
    if (!values.ignoreErrors) throw refusal
    complain(io, `error: ${refusal.message}\n`)
    return
  }
  if (!values.prefix) return write(io, body)
  const head = `[pod/${source.pod.metadata?.name}/${source.container}] `
  for await (const line of readLines(body)) io.stdout.write(`${head}${line}\n`)
}

function pathOf({ values, given }: LogsCall, { pod, container }: LogSource): string {
  const { selector, tail, since, sinceTime, limitBytes } = values
  const tailLines = selector !== '' && !given.has('tail') ? 10 : tail
  return logPath(
    { namespace: pod.metadata?.namespace ?? '', name: pod.metadata?.name ?? '' },
    {
      container,
      follow: values.follow || undefined,
      previous: values.previous || undefined,
      timestamps: values.timestamps || undefined,
      sinceSeconds: since === 0 ? undefined : Math.ceil(since / 1000),
      sinceTime,
      tailLines: tailLines < 0 ? undefined : tailLines,
      limitBytes: limitBytes || undefined,
    },
  )
}

async function write({ stdout }: Io, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of body) {
    if (!stdout.write(chunk)) await once(stdout, 'drain')
  }
}
