import { hostname } from 'node:os'
import type { KubeletHost, KubeletSettings, RunningKubelet } from './kubelet/options.ts'
import { clientIdentity } from './kubelet/certificates/client-identity.ts'
import { certificateFolder, KubeletComposition } from './kubelet/composition.ts'

/** Composes runtime, pods, node, static pods and server; resolves when the ports are open and pods are looked after. */
export async function startKubelet(settings: KubeletSettings, host: KubeletHost): Promise<RunningKubelet> {
  const { identity, nodeName = hostname().toLowerCase() } = settings
  const folder = certificateFolder(settings)
  const own = identity && (await clientIdentity(identity, folder, nodeName, host))
  const composition = new KubeletComposition(own ? { ...settings, client: own.client } : settings, host)
  try {
    await composition.start()
    if (own) composition.during((signal) => own.keep(signal))
    return composition
  } catch (error) {
    await composition.close()
    throw error
  }
}
