import type { Cancel } from '#base/cancel'
import type { Node, NodeStatus } from '#kinds/gen/core-v1'
import type { NodeOptions } from './node-options.ts'
import { nodes } from './resources.ts'
import { toNodeStatus } from './status.ts'

const reportMsDefault = 300_000

/** Writes the status when it changed, and from time to time when it did not. */
export class StatusReporter {
  readonly #options: NodeOptions
  #written: NodeStatus | undefined
  #writtenAt = 0
  /** Nodes that change together do not tell for ever after in the same moment, as upstream has it. */
  #delayMs = 0
  /** What was last written of the node's readiness. */
  #isReady = false
  #unreadySince: number

  constructor(options: NodeOptions) {
    this.#options = options
    this.#unreadySince = options.clock.monotonic()
  }

  /** For how long the node has not been ready; without end while it is. */
  unreadyMs(): number {
    return this.#isReady ? Number.POSITIVE_INFINITY : this.#options.clock.monotonic() - this.#unreadySince
  }

  /** The status of now; what others wrote and the times of what did not change come from the earlier one. */
  async compute(earlier: NodeStatus | undefined, signal: Cancel): Promise<NodeStatus> {
    const { readMachine, readRuntime, fixed, identity, clock, podFault, shutdownFault, volumesInUse } =
      this.#options
    const pressure = this.#options.pressure?.()
    const [machine, runtime, used] = await Promise.all([readMachine(), readRuntime(signal), volumesInUse?.()])
    return toNodeStatus(
      {
        ...fixed,
        machine,
        runtime,
        hostname: identity.hostname,
        compat: identity.compat,
        podFault: podFault(),
        shutdownFault: shutdownFault?.(),
        ...(pressure && { pressure }),
        ...(used && { volumesInUse: used }),
        now: clock.now(),
      },
      earlier,
    )
  }

  /** Writes the status if it is due. @throws whatever the client throws. */
  async report(signal: Cancel): Promise<void> {
    const { client, clock, random, identity, reportMs = reportMsDefault } = this.#options
    const next = await this.compute(this.#written, signal)
    const isDue = clock.monotonic() - this.#writtenAt >= reportMs + this.#delayMs
    const isChanged = this.#written === undefined || !isSame(this.#written, next)
    if (!isDue && !isChanged) return
    const node = await client.get<Node>(nodes, identity.name, {}, signal)
    const status = await this.compute(node.status, signal)
    await client.update<Node>(nodes, { ...node, status }, { subresource: 'status' }, signal)
    this.#note(this.#written, status)
    this.#written = status
    this.#writtenAt = clock.monotonic()
    this.#delayMs = isChanged ? reportMs * (random.next() - 0.5) : 0
  }

  /** Tells of each condition that is not what it was. */
  #note(before: NodeStatus | undefined, status: NodeStatus): void {
    const { log, tell, identity, clock } = this.#options
    for (const reason of changes(before, status)) {
      log.v(2, 'Recording event message for node', { node: identity.name, event: reason })
      tell?.('Normal', reason, `Node ${identity.name} status is now: ${reason}`)
    }
    const ready = status.conditions?.find(({ type }) => type === 'Ready')
    const isReady = ready?.status === 'True'
    if (isReady !== this.#isReady) {
      log.info(isReady ? 'The node is ready' : 'The node is not ready', { why: ready?.message })
      this.#unreadySince = clock.monotonic()
    }
    this.#isReady = isReady
  }
}

/** Events for the conditions that a status has and the one before had not, by name. */
export function changes(before: NodeStatus | undefined, status: NodeStatus): string[] {
  const earlier = new Map(before?.conditions?.map(({ type, status: is }) => [type, is]))
  return (status.conditions ?? []).flatMap((condition) => {
    if (earlier.get(condition.type) === condition.status) return []
    if (condition.type === 'Ready') return condition.status === 'True' ? ['NodeReady'] : ['NodeNotReady']
    const reason = eventNames[condition.reason ?? '']
    return reason === undefined ? [] : [reason]
  })
}

/** Upstream's events have the reasons' names with Node instead of Kubelet. */
const eventNames: Readonly<Record<string, string>> = {
  KubeletHasInsufficientMemory: 'NodeHasInsufficientMemory',
  KubeletHasSufficientMemory: 'NodeHasSufficientMemory',
  KubeletHasDiskPressure: 'NodeHasDiskPressure',
  KubeletHasNoDiskPressure: 'NodeHasNoDiskPressure',
  KubeletHasInsufficientPID: 'NodeHasInsufficientPID',
  KubeletHasSufficientPID: 'NodeHasSufficientPID',
  KubeletOutOfDisk: 'NodeOutOfDisk',
  KubeletHasSufficientDisk: 'NodeHasSufficientDisk',
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
