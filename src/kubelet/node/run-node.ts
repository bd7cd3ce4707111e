import { type Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import { isApiError } from '#base/errors'
import type { Log } from '#base/log'
import type { Client } from '#client'
import type { Node, NodeStatus } from '#kinds/gen/core-v1'
import type { MachineReadings, RuntimeReadings } from './readings.ts'
import { type Identity, register } from './registration.ts'
import { renewLease } from './lease.ts'
import { nodes } from './resources.ts'
import { type StatusInputs, toNodeStatus } from './status.ts'

/** What keeps a node's object true. */
export interface NodeOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly identity: Identity
  readonly readMachine: () => Promise<MachineReadings>
  readonly readRuntime: (signal: Cancel) => Promise<RuntimeReadings>
  /** What does not change while the node runs. */
  readonly fixed: Omit<StatusInputs, 'machine' | 'runtime' | 'now' | 'podFault' | 'hostname' | 'compat'>
  /** Why pods cannot be looked after, if so. */
  readonly podFault: () => string | undefined
  /** False with --register-node=false: the object must exist. */
  readonly registers: boolean
  readonly statusMs?: number
  readonly reportMs?: number
  readonly leaseMs?: number
}

const statusMsDefault = 10_000
const reportMsDefault = 300_000
const leaseMsDefault = 10_000
/** Until the node is ready it is looked at more often, so that it is ready soon. */
const startingMs = 250
const retryMsMax = 7000

/** Registers the node, then keeps its status and its lease fresh until the signal fires. Retries for ever. */
export async function runNode(options: NodeOptions, signal: Cancel): Promise<void> {
  const { client, clock, log, identity } = options
  const status = new StatusReporter(options)
  const node = await retried(options, signal, 'Cannot register the node, trying again', async () => {
    const found = options.registers
      ? await register(client, identity, await status.compute(undefined, signal), signal)
      : await client.get<Node>(nodes, identity.name, {}, signal)
    log.info('Registered the node', { node: identity.name })
    return found
  })
  if (!node) return
  await Promise.all([
    every(
      options,
      signal,
      () => options.leaseMs ?? leaseMsDefault,
      'Cannot renew the lease',
      () => renewLease(client, node, clock, signal),
    ),
    every(
      options,
      signal,
      () => (status.isReady ? (options.statusMs ?? statusMsDefault) : startingMs),
      'Cannot update the node status',
      () => status.report(signal),
    ),
  ])
}

/** Writes the status when it changed, and from time to time when it did not. */
class StatusReporter {
  readonly #options: NodeOptions
  #written: NodeStatus | undefined
  #writtenAt = 0
  isReady = false

  constructor(options: NodeOptions) {
    this.#options = options
  }

  async compute(earlier: NodeStatus | undefined, signal: Cancel): Promise<NodeStatus> {
    const { readMachine, readRuntime, fixed, identity, clock, podFault } = this.#options
    const [machine, runtime] = await Promise.all([readMachine(), readRuntime(signal)])
    return toNodeStatus(
      {
        ...fixed,
        machine,
        runtime,
        hostname: identity.hostname,
        compat: identity.compat,
        podFault: podFault(),
        now: clock.now(),
      },
      earlier,
    )
  }

  async report(signal: Cancel): Promise<void> {
    const { client, clock, identity, reportMs } = this.#options
    const next = await this.compute(this.#written, signal)
    const isDue = clock.monotonic() - this.#writtenAt >= (reportMs ?? reportMsDefault)
    if (this.#written && !isDue && isSame(this.#written, next)) return
    const node = await client.get<Node>(nodes, identity.name, {}, signal)
    const status = await this.compute(node.status, signal)
    await client.update<Node>(nodes, { ...node, status }, { subresource: 'status' }, signal)
    this.#written = status
    this.#writtenAt = clock.monotonic()
    this.#note(status)
  }

  #note(status: NodeStatus): void {
    const ready = status.conditions?.find(({ type }) => type === 'Ready')
    const isReady = ready?.status === 'True'
    if (isReady !== this.isReady) {
      this.#options.log.info(isReady ? 'The node is ready' : 'The node is not ready', { why: ready?.message })
    }
    this.isReady = isReady
  }
}

/** Equal but for the time of the heartbeat. */
export function isSame(a: NodeStatus, b: NodeStatus): boolean {
  const text = (status: NodeStatus) =>
    JSON.stringify({
      ...status,
      conditions: status.conditions?.map((condition) => ({ ...condition, lastHeartbeatTime: undefined })),
    })
  return text(a) === text(b)
}

/** Runs again and again until the signal fires; a failure is told and the next turn tries again. */
async function every(
  { clock, log }: NodeOptions,
  signal: Cancel,
  pauseMs: () => number,
  complaint: string,
  run: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await run()
      await sleep(clock, pauseMs(), signal)
    } catch (error) {
      if (signal.aborted) return
      // Another writer came first: look again at once, but not in a tight circle.
      if (!isApiError(error, 'Conflict')) log.error(complaint, { err: error })
      await sleep(clock, 1000, signal).catch(() => {})
    }
  }
}

/** Tries until it works, waiting longer each time; undefined when the signal fired first. */
async function retried<T>(
  { clock, log }: NodeOptions,
  signal: Cancel,
  complaint: string,
  run: () => Promise<T>,
): Promise<T | undefined> {
  for (let waitMs = 200; !signal.aborted; waitMs = Math.min(waitMs * 2, retryMsMax)) {
    try {
      return await run()
    } catch (error) {
      if (signal.aborted) return undefined
      log.error(complaint, { err: error, after: `${waitMs}ms` })
      await sleep(clock, waitMs, signal).catch(() => {})
    }
  }
  return undefined
}
