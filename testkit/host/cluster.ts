// A whole cluster of `kubeling up`, with the registry and images of the tutorial, on ports and folders of its own.
import { type TestContext } from 'node:test'
import { program } from './kubeling.ts'
import { afterwards, freePort, start, tempDir, until } from './process.ts'

/** A cluster that is up and how to reach it. */
export interface RunningCluster {
  /** What a kubectl needs: KUBECONFIG and HOME. */
  readonly env: NodeJS.ProcessEnv
  /** `127.0.0.1:15000`: what stands before `nginx` and `busybox`. */
  readonly registry: string
}

/** Starts a cluster; it ends, with its pods, before what the test cleans up after it. */
export async function startCluster(t: Pick<TestContext, 'after'>): Promise<RunningCluster> {
  const context = t as TestContext
  const folder = tempDir(context)
  const [secure, kubelet, registry] = [await freePort(), await freePort(), await freePort()]
  const ports = [`--secure-port=${secure}`, `--kubelet-port=${kubelet}`, `--registry-port=${registry}`]
  const words = ['up', '--tutorial', `--data-dir=${folder}/data`, '--stop-timeout=2s', ...ports]
  const kubeling = start(context, program('kubeling'), words)
  afterwards(t, () => kubeling.stop('SIGINT'))
  await until(
    'the cluster',
    () => {
      if (kubeling.child.exitCode !== null) throw new Error('kubeling up ended')
      return /^Ready\. /m.test(kubeling.output())
    },
    120_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${kubeling.output()}`, { cause: error })
  })
  return { env: { KUBECONFIG: `${folder}/data/kubeconfig`, HOME: folder }, registry: `127.0.0.1:${registry}` }
}

/** Cleanups of several tests together: the last one registered runs first. */
export class Cleanups {
  readonly #all: (() => unknown)[] = []

  after(clean: () => unknown): void {
    this.#all.unshift(clean)
  }

  async run(): Promise<void> {
    for (const clean of this.#all.splice(0)) await clean()
  }
}
