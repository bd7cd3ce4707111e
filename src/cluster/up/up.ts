import { onCancel } from '#base/cancel'
import { Cluster } from './cluster.ts'
import type { UpHost, UpSettings } from './settings.ts'
import { nextSteps, readyLine, summary } from './summary.ts'

/** `kubeling up`: starts the cluster, plays the tutorial if asked to, and stays until the signal fires. @throws Problem */
export async function up(settings: UpSettings, host: UpHost, isTerminal: boolean): Promise<void> {
  const { progress, signal } = host
  const cluster = new Cluster(settings, host)
  try {
    await cluster.start()
    progress.say(summary(cluster, settings))
    if (settings.tutorial) await tutorial(cluster, settings, host)
    progress.say(nextSteps(cluster, settings, host))
    progress.say(readyLine(settings, isTerminal))
    await new Promise<void>((resolve) => void onCancel(signal, resolve))
  } catch (error) {
    if (!signal.aborted) {
      await cluster.stop()
      if (cluster.hasBegun) progress.say(`The log is in ${cluster.layout.log}`)
      throw error
    }
  }
  progress.say(settings.keepPods ? '\nStopping; the pods go on.' : '\nStopping. Once more leaves at once.')
  await cluster.stop()
}

async function tutorial(cluster: Cluster, settings: UpSettings, host: UpHost): Promise<void> {
  const { runTutorial } = await import('../tutorial/tutorial.ts')
  host.progress.say('')
  await runTutorial(cluster, settings, host)
}
