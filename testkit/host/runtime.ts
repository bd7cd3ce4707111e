// A containerd of a test file's own, with the sandbox image and busybox in it.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { connectRuntime, type Runtime } from '#kubelet'
import { type Containerd, startContainerd } from '../../src/cluster/containerd/containerd.ts'
import { type ContainerdLayout, containerdLayout } from '../../src/cluster/containerd/layout.ts'
import { sweep } from '../../src/cluster/containerd/sweep.ts'
import { busyboxImage } from '../../src/cluster/images/debian.ts'
import { toArchive } from '../../src/cluster/images/image.ts'
import { ensurePauseImage, pauseImageName } from '../../src/cluster/images/pause-image.ts'
import { run } from './process.ts'

/** The image that is there before any test runs. */
export const testImage = 'test.local/busybox:1'

/** A runtime that runs, and how to end it. */
export interface TestRuntime {
  readonly layout: ContainerdLayout
  readonly containerd: Containerd
  readonly runtime: Runtime
  /** Ends every pod, containerd, and what both leave outside the folder. */
  close(): Promise<void>
}

/** Starts containerd with everything below `folder`. */
export async function startRuntime(folder: string): Promise<TestRuntime> {
  const layout = containerdLayout(folder)
  const runtime = connectRuntime(layout.socket, realClock)
  const containerd = await startContainerd({
    layout,
    clock: realClock,
    log: silent,
    sandboxImage: pauseImageName,
    pluginFolder: '/usr/lib/cni',
    isReady: async () => (await runtime.version(never)).name === 'containerd',
  })
  await ensurePauseImage(layout.socket)
  const archive = join(folder, 'image.tar')
  await writeFile(archive, toArchive(await busyboxImage(), testImage))
  const address = ['--address', layout.socket, '--namespace', 'k8s.io']
  const done = await run('ctr', [...address, 'images', 'import', archive])
  assert.equal(done.code, 0, done.stderr)
  return {
    layout,
    containerd,
    runtime,
    async close() {
      for (const { id } of await runtime.listPodSandbox({}, never)) {
        await runtime.stopPodSandbox(id, never)
        await runtime.removePodSandbox(id, never)
      }
      runtime.close()
      await containerd.close()
      await sweep(layout, realClock, silent)
    },
  }
}
