import type { Clock } from '#base/clock'
import type { Subresource } from '../contract.ts'
import { KubeletClient, type KubeletCredentials } from './kubelet-client.ts'
import { logSubresource } from './log.ts'
import { proxySubresource } from './proxy.ts'
import { streamSubresources } from './streams.ts'

/** The subresources that reach beyond the API server: into containers, by way of the kubelets, and to what they serve. */
export function proxySubresources(options: {
  readonly credentials: () => Promise<KubeletCredentials>
  readonly addressTypes: readonly string[]
  readonly clock: Clock
}): Record<'log' | 'exec' | 'attach' | 'portforward' | 'proxy', Subresource> {
  const kubelets = new KubeletClient(options)
  return {
    log: logSubresource(kubelets),
    ...streamSubresources(kubelets),
    proxy: proxySubresource(kubelets, options.clock),
  }
}
