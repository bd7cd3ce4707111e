import { never } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { connectRuntime, type Runtime } from '#kubelet'
import { startContainerd } from '../containerd/containerd.ts'
import type { ContainerdLayout } from '../containerd/layout.ts'
import { pauseImageName } from '../images/pause-image.ts'
import { pluginFolder } from '../packages/packages.ts'
import type { Tell } from '../progress/progress.ts'

const graceSeconds = 5

/** Ends and removes all pods that a stopped cluster left, with their networks, by a containerd that is started for it. */
export async function removePods(
  layout: ContainerdLayout,
  clock: Clock,
  log: Log,
  tell: Tell,
): Promise<void> {
  const runtime = connectRuntime(layout.socket, clock)
  const containerd = await startContainerd({
    layout,
    clock,
    log,
    sandboxImage: pauseImageName,
    pluginFolder: (await pluginFolder()) ?? '/usr/lib/cni',
    isReady: async () => (await runtime.version(never)).name === 'containerd',
  })
  try {
    await removeAll(runtime, tell)
  } finally {
    runtime.close()
    await containerd.close()
  }
}

async function removeAll(runtime: Runtime, tell: Tell): Promise<void> {
  const running = (await runtime.listContainers({}, never)).filter(({ state }) => state === 'running')
  tell(`${running.length} containers`)
  await Promise.all(running.map(({ id }) => runtime.stopContainer(id, graceSeconds, never)))
  for (const { id, podName } of await runtime.listPodSandbox({}, never)) {
    tell(podName)
    await runtime.stopPodSandbox(id, never)
    await runtime.removePodSandbox(id, never)
  }
}
