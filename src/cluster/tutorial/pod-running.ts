import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Client } from '#client'
import { pod as pods } from '#kinds/core/pod/index'
import type { Pod } from '#kinds/gen/core-v1'
import type { Tell } from '../progress/progress.ts'
import { Problem } from '../up/problem.ts'

const runningMsMax = 180_000
const lookMs = 100

/** What a pod does now, in a line: its phase, and what its containers wait for. */
export function podLine({ status }: Pod): string {
  const containers = status?.containerStatuses ?? []
  const waits = containers.flatMap(({ name, state }) => {
    const { reason, message } = state?.waiting ?? {}
    return reason === undefined ? [] : [`${name}: ${reason}${message === undefined ? '' : ` (${message})`}`]
  })
  return [status?.phase ?? 'Pending', ...waits].join(', ')
}

/** True when all containers run and answer. */
export const isReady = ({ status }: Pod): boolean =>
  status?.phase === 'Running' &&
  status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true

/** Waits until a pod runs. @throws Problem with its own words when it takes too long. */
export async function podRunning(
  client: Client,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  clock: Clock,
  signal: Cancel,
  tell: Tell,
): Promise<Pod> {
  const deadline = clock.monotonic() + runningMsMax
  for (;;) {
    const pod = await client.get<Pod>(pods, name, { namespace })
    if (isReady(pod)) return pod
    tell(podLine(pod))
    if (clock.monotonic() > deadline) throw new Problem(`pod ${name} does not run: ${podLine(pod)}`)
    await sleep(clock, lookMs, signal)
  }
}
