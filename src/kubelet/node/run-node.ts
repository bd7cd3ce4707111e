import type { Cancel } from '#base/cancel'
import { sleep } from '#base/clock'
import { isApiError } from '#base/errors'
import type { Node } from '#kinds/gen/core-v1'
import { Pause } from '../pause.ts'
import { LeaseKeeper, leaseSecondsDefault } from './lease.ts'
import type { NodeOptions } from './node-options.ts'
import { register } from './registration.ts'
import { nodes } from './resources.ts'
import { StatusReporter } from './status-reporter.ts'

const statusMsDefault = 10_000
/** A node that is not ready is looked at more often, so that it is ready soon; but not for ever. */
const startingMs = 250
const startingForMs = 120_000
const retryMsMin = 200
const retryMsMax = 7000

/** Registers the node, then keeps its status and its lease fresh until the signal fires. Retries for ever. */
export async function runNode(options: NodeOptions, signal: Cancel): Promise<void> {
  const { client, clock, log, identity } = options
  const status = new StatusReporter(options)
  const { leaseSeconds = leaseSecondsDefault } = options
  const lease = new LeaseKeeper(client, clock, leaseSeconds)
  options.tell?.('Normal', 'Starting', 'Starting kubelet.')
  let node = await retried(options, signal, 'Cannot register the node, trying again', () =>
    enter(options, status, signal),
  )
  if (!node) return
  await Promise.all([
    every(
      options,
      signal,
      () => options.leaseMs ?? leaseSeconds * 250,
      'Cannot renew the lease',
      () => lease.renew(node as Node, signal),
    ),
    every(
      options,
      signal,
      () => (status.unreadyMs() < startingForMs ? startingMs : (options.statusMs ?? statusMsDefault)),
      'Cannot update the node status',
      async () => {
        try {
          await status.report(signal)
        } catch (error) {
          if (!options.registers || !isApiError(error, 'NotFound')) throw error
          log.warn('The node is gone from the API, registering it again', { node: identity.name })
          node = await enter(options, status, signal)
        }
      },
      options.onChange,
    ),
  ])
}

/** Registers the node, or finds the one that somebody else registered. */
async function enter(options: NodeOptions, status: StatusReporter, signal: Cancel): Promise<Node> {
  const { client, identity, log, registers } = options
  if (!registers) return client.get<Node>(nodes, identity.name, {}, signal)
  const node = await register(client, identity, await status.compute(undefined, signal), signal)
  log.info('Registered the node', { node: identity.name })
  return node
}

/** Runs again and again until the signal fires; a failure is told and the next turn tries again. */
async function every(
  { clock, log }: NodeOptions,
  signal: Cancel,
  pauseMs: () => number,
  complaint: string,
  run: () => Promise<void>,
  onChange?: NodeOptions['onChange'],
): Promise<void> {
  let waitMs = retryMsMin
  while (!signal.aborted) {
    const pause = new Pause(clock)
    // Listened for while it runs: what changes meanwhile may have been read before.
    const release = onChange?.(() => pause.shorten(0))
    try {
      await run()
      waitMs = retryMsMin
      await pause.over(pauseMs(), signal)
    } catch (error) {
      if (signal.aborted) return
      // Another writer came first: look again soon, but not in a tight circle.
      if (!isApiError(error, 'Conflict')) log.error(complaint, { err: error, after: `${waitMs}ms` })
      await sleep(clock, waitMs, signal).catch(() => {})
      waitMs = Math.min(waitMs * 2, retryMsMax)
    } finally {
      release?.()
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
  for (let waitMs = retryMsMin; !signal.aborted; waitMs = Math.min(waitMs * 2, retryMsMax)) {
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
