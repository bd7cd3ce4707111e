import type { Cancel } from '#base/cancel'
import { sleep } from '#base/clock'
import { type Client, createInformer } from '#client'
import { pod } from '#kinds/core/pod/index'
import type { Pod } from '#kinds/gen/core-v1'
import type { KubeletHost } from './options.ts'

const syncedMs = 50

/** Tells `listener` all pods bound to a node whenever one changes, until the signal fires; first when all are known. */
export async function followPods(
  client: Client,
  nodeName: string,
  host: KubeletHost,
  listener: (pods: readonly Pod[]) => void,
  signal: Cancel,
): Promise<void> {
  const { clock, random, log } = host
  const params = { fieldSelector: `spec.nodeName=${nodeName}` }
  const informer = createInformer<Pod>({ client, resource: pod, clock, random, log, params })
  const tell = () => {
    if (informer.synced && !signal.aborted) listener(informer.items())
  }
  let isDue = false
  informer.onChange(() => {
    if (isDue) return
    isDue = true
    // Many changes come at once, above all at the first list: they are told as one.
    queueMicrotask(() => {
      isDue = false
      tell()
    })
  })
  const running = informer.run(signal)
  while (!informer.synced && !signal.aborted) await sleep(clock, syncedMs, signal).catch(() => {})
  // A node without pods has no change to tell, but that there are none must be told.
  tell()
  await running
}
