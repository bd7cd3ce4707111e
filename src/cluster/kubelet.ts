import type { KubeletHost, KubeletSettings, RunningKubelet } from './kubelet/options.ts'
import { KubeletComposition } from './kubelet/composition.ts'

/** Composes runtime, pods, node, static pods and server; resolves when the ports are open and pods are looked after. */
export async function startKubelet(settings: KubeletSettings, host: KubeletHost): Promise<RunningKubelet> {
  const composition = new KubeletComposition(settings, host)
  try {
    await composition.start()
    return composition
  } catch (error) {
    await composition.close()
    throw error
  }
}
