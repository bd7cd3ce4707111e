import { never } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import type { Runtime } from '#kubelet'
import type { RunningKubelet } from '../kubelet/options.ts'
import type { Tell } from '../progress/progress.ts'

const lookMs = 200
/** How long the runtime may take for pods whose processes were killed. */
const removeMsMax = 20_000

/** Ends all pods of the node, with their own grace but within `timeoutMs`; true when none is left. */
export async function endPods(
  kubelet: RunningKubelet,
  runtime: Runtime,
  timeoutMs: number,
  host: { readonly clock: Clock; readonly log: Log },
  tell: Tell,
): Promise<boolean> {
  const { clock, log } = host
  let isDone = false
  const ending = kubelet.endPods().then(() => {
    isDone = true
  })
  const since = clock.monotonic()
  let isHurried = false
  while (!isDone && clock.monotonic() - since < timeoutMs + removeMsMax) {
    await Promise.race([ending, sleep(clock, lookMs, never)])
    const names = kubelet.pods.pods().map(({ metadata }) => metadata.name)
    if (names.length > 0) tell(`waiting for ${names.join(', ')}`)
    if (isDone || isHurried || clock.monotonic() - since < timeoutMs) continue
    isHurried = true
    await killContainers(runtime).catch((error: unknown) =>
      log.warn('Could not kill containers', { err: error }),
    )
  }
  return isDone
}

/** Ends what still runs without grace. */
async function killContainers(runtime: Runtime): Promise<void> {
  const running = (await runtime.listContainers({}, never)).filter(({ state }) => state === 'running')
  await Promise.allSettled(running.map(({ id }) => runtime.stopContainer(id, 0, never)))
}
