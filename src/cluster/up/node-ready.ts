import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import { isApiError } from '#base/errors'
import type { Client } from '#client'
import { node as nodes } from '#kinds/core/node'
import type { Node } from '#kinds/gen/core-v1'
import type { Tell } from '../progress/progress.ts'
import { Problem } from './problem.ts'

const readyMsMax = 60_000

/** What a node says of its readiness; undefined while it is not registered. */
export function readiness(node: Node | undefined): { ready: boolean; message: string } | undefined {
  const found = node?.status?.conditions?.find(({ type }) => type === 'Ready')
  return found && { ready: found.status === 'True', message: found.message ?? '' }
}

/** Waits until a node registered since `from` is ready. @throws Problem with the node's own words when it takes too long. */
export async function nodeReady(
  client: Client,
  name: string,
  from: number,
  clock: Clock,
  signal: Cancel,
  tell: Tell,
): Promise<void> {
  const deadline = clock.monotonic() + readyMsMax
  for (;;) {
    const node = await client.get<Node>(nodes, name).catch((error: unknown) => {
      if (isApiError(error, 'NotFound')) return undefined
      throw error
    })
    const said = readiness(node)
    // An earlier run's word does not count: this kubelet must have spoken.
    if (said?.ready === true && spokeSince(node, from)) return
    if (said && !said.ready) tell(said.message)
    if (clock.monotonic() > deadline)
      throw new Problem(`node ${name} does not become ready: ${said?.message ?? 'it is not registered'}`)
    await sleep(clock, 50, signal)
  }
}

function spokeSince(node: Node | undefined, from: number): boolean {
  const beats = node?.status?.conditions?.map(({ lastHeartbeatTime }) => Date.parse(lastHeartbeatTime ?? ''))
  // Heartbeats are told in whole seconds.
  return (beats ?? []).some((beat) => beat >= Math.floor(from / 1000) * 1000)
}
