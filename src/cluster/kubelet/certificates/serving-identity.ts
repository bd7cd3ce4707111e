import type { Cancel } from '#base/cancel'
import type { Client } from '#client'
import type { KubeletHost } from '../options.ts'
import { askForCertificate } from './ask-for-certificate.ts'
import { keepCertificate } from './certificate-keeper.ts'
import { CertificateStore } from './certificate-store.ts'

/** Where the certificate is that the cluster signed for a node's server. */
export const servingStore = (folder: string, { files }: KubeletHost) =>
  new CertificateStore(folder, 'kubelet-server', files)

/** Keeps a certificate that the cluster signs for the node's server; `onRenewed` hears of each new one. */
export async function keepServingCertificate(
  client: Client,
  folder: string,
  nodeName: string,
  names: readonly string[],
  onRenewed: () => void,
  host: KubeletHost,
  signal: Cancel,
): Promise<void> {
  const ask = (until: Cancel) =>
    askForCertificate(
      client,
      {
        commonName: `system:node:${nodeName}`,
        organizations: ['system:nodes'],
        names,
        signerName: 'kubernetes.io/kubelet-serving',
      },
      host.clock,
      until,
    )
  const store = servingStore(folder, host)
  await keepCertificate({ store, ask, onRenewed: async () => onRenewed() }, host, signal)
}
