import { never } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import type { Runtime } from '#kubelet'
import type { RunningKubelet } from '../kubelet/options.ts'
import type { Tell } from '../progress/progress.ts'

const lookMs = 100
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
  // A pod of an earlier run may still be unknown to the kubelet: the runtime has the last word.
  let isDone = false
  kubelet.endPods().catch((error: unknown) => log.warn('Could not end pods', { err: error }))
  const since = clock.monotonic()
  let isHurried = false
  while (!isDone && clock.monotonic() - since < timeoutMs + removeMsMax) {
    await sleep(clock, lookMs, never)
    const left = await podNames(kubelet, runtime, log)
    isDone = left.length === 0
    if (!isDone) tell(`waiting for ${left.join(', ')}`)
    if (isDone || isHurried || clock.monotonic() - since < timeoutMs) continue
    isHurried = true
    await killContainers(runtime).catch((error: unknown) =>
      log.warn('Could not kill containers', { err: error }),
    )
  }
  return isDone
}

/** Names of the pods that have not ended, as far as kubelet and runtime know. */
async function podNames(kubelet: RunningKubelet, runtime: Runtime, log: Log): Promise<string[]> {
  const names = new Set(kubelet.pods.pods().map(({ metadata }) => metadata.name ?? ''))
  try {
    for (const { podName } of await runtime.listPodSandbox({}, never)) names.add(podName)
  } catch (error) {
    log.warn('Could not list what runs', { err: error })
    if (names.size === 0) names.add('the container runtime')
  }
  return [...names]
}

/** Ends what still runs without grace. */
async function killContainers(runtime: Runtime): Promise<void> {
  const running = (await runtime.listContainers({}, never)).filter(({ state }) => state === 'running')
  await Promise.allSettled(running.map(({ id }) => runtime.stopContainer(id, 0, never)))
}
