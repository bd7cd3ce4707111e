import type { Auditor, AuditSink } from '#apiserver'
import { sleep } from '#base/clock'
import { httpTransport } from '#client'
import { transportFromKubeconfig } from '../../kubelet/kubeconfig.ts'
import { readText } from '../open-store.ts'
import type { ApiServerHost } from '../options.ts'
import { postTo } from '../post-to.ts'
import { Batches, type Deliver } from './batches.ts'
import { toLines } from './log-backend.ts'
import { readAuditPolicy } from './policy-file.ts'
import { RotatingFile } from './rotating-file.ts'
import type { AuditMode, AuditSettings, BatchSettings } from './settings.ts'

/** An auditor with what it holds open. */
export interface OpenAuditor extends Auditor {
  /** Hands over what waits, and closes the log. */
  close(): Promise<void>
}

interface Backend {
  readonly sink: AuditSink
  close(): Promise<void>
}

const webhookTimeoutMs = 30_000
const webhookTries = 5

/** Reads the policy and opens the backends; undefined where nothing is to be told. @throws Error for a wrong policy. */
export async function openAuditor(
  settings: AuditSettings | undefined,
  host: ApiServerHost,
): Promise<OpenAuditor | undefined> {
  if (settings === undefined) return undefined
  const text = await readText(settings.policyFile, host)
  const policy = readAuditPolicy(settings.policyFile, text ?? '')
  const backends = [
    ...(settings.log ? [await openLog(settings.log, host)] : []),
    ...(settings.webhook ? [await openWebhook(settings.webhook, host)] : []),
  ]
  return {
    policy,
    sink: allOf(backends.map(({ sink }) => sink)),
    async close() {
      for (const backend of backends) await backend.close()
    },
  }
}

/** Every backend is told; a request waits for those that it has to. */
const allOf = (sinks: readonly AuditSink[]): AuditSink => ({
  take(event) {
    const waited = sinks.map((sink) => sink.take(event)).filter((one) => one !== undefined)
    return waited.length === 0 ? undefined : Promise.all(waited).then(() => undefined)
  },
})

async function openLog(log: NonNullable<AuditSettings['log']>, host: ApiServerHost): Promise<Backend> {
  const file =
    log.path === '-' ? standardOutput : new RotatingFile(log.path, log.rotation, () => host.clock.now())
  await file.open()
  const backend = inMode(
    log,
    toLines(log.format, (bytes) => file.write(bytes)),
    host,
  )
  return {
    sink: backend.sink,
    async close() {
      await backend.close()
      await file.close()
    },
  }
}

const standardOutput = {
  async open() {},
  write: (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
    }),
  async close() {},
}

async function openWebhook(
  webhook: NonNullable<AuditSettings['webhook']>,
  host: ApiServerHost,
): Promise<Backend> {
  const transport = httpTransport(await transportFromKubeconfig(webhook.kubeconfig, host.files))
  return inMode(
    webhook,
    sendTo(postTo(transport, webhookTimeoutMs, host.clock), webhook.backoffMs, host),
    host,
  )
}

/** Sends events as an EventList, again and again for a while when the other server does not take them. */
function sendTo(post: ReturnType<typeof postTo>, backoffMs: number, host: ApiServerHost): Deliver {
  return async (items) => {
    const body = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items })
    let waitMs = backoffMs
    for (let attempt = 1; ; attempt++) {
      const { status, text, fault } = await post(body)
      if (status !== undefined && status < 300) return
      const mayPass = status === undefined || status === 429 || status >= 500
      if (!mayPass || attempt === webhookTries)
        throw new Error(fault?.message ?? `the audit webhook answered ${status}: ${text.slice(0, 1024)}`)
      await sleep(host.clock, waitMs, new AbortController().signal)
      waitMs *= 1.5
    }
  }
}

type HowTaken = { readonly mode: AuditMode; readonly batch: BatchSettings }

/** Whether a request waits for its events, and what becomes of it when they cannot be kept. */
function inMode({ mode, batch }: HowTaken, deliver: Deliver, { clock, log }: ApiServerHost): Backend {
  if (mode === 'batch') {
    const batches = new Batches(batch, deliver, clock, log)
    return { sink: batches, close: () => batches.close() }
  }
  const lost = (error: unknown) => {
    log.error('Audit events are lost', { count: 1, err: (error as Error).message })
    if (mode === 'blocking-strict') throw error
  }
  return { sink: { take: (event) => deliver([event]).catch(lost) }, async close() {} }
}
