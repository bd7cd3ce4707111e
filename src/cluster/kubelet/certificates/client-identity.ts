import type { Cancel } from '#base/cancel'
import { type Client, createClient, type HttpTransportOptions, httpTransport } from '#client'
import { transportFromKubeconfig } from '../kubeconfig.ts'
import type { KubeletHost } from '../options.ts'
import { askForCertificate } from './ask-for-certificate.ts'
import { keepCertificate } from './certificate-keeper.ts'
import { CertificateStore, validity } from './certificate-store.ts'
import { RenewableTransport } from './renewable-transport.ts'

/** How a kubelet comes to a certificate of its own, and keeps it. */
export interface IdentitySettings {
  /** Written once there is a certificate; taken as it is while its certificate lasts. */
  readonly kubeconfig: string
  /** With what the first certificate is asked for; '' for none. */
  readonly bootstrapKubeconfig: string
  /** Whether a certificate is replaced before it ends. */
  readonly rotates: boolean
  readonly userAgent: string
}

/** What a kubelet is known by to the API server. */
export interface ClientIdentity {
  readonly client: Client
  /** Asks for certificates while they are needed, until the signal fires. */
  keep(signal: Cancel): Promise<void>
}

/** The identity of a node. Nothing is asked here: the node's static pods need not wait for an approval. */
export async function clientIdentity(
  settings: IdentitySettings,
  folder: string,
  nodeName: string,
  host: KubeletHost,
): Promise<ClientIdentity> {
  const { kubeconfig, rotates } = settings
  const transport = new RenewableTransport()
  const store = new CertificateStore(folder, 'kubelet-client', host.files)
  const client = createClient(transport)
  const own = await ownOptions(settings, host)
  if (own) transport.use(open(own, settings))
  const ask = async (signal: Cancel) => {
    const isOwn = (await ownOptions(settings, host)) !== undefined
    const asking = isOwn ? client : createClient(open(await bootstrapOptions(settings, host), settings))
    try {
      const subject = { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'], names: [] }
      const signerName = 'kubernetes.io/kube-apiserver-client-kubelet'
      return await askForCertificate(asking, { ...subject, signerName }, host.clock, signal)
    } finally {
      if (!isOwn) asking.transport.close()
    }
  }
  const onRenewed = async () => {
    if (!own) await writeKubeconfig(kubeconfig, store.path, await bootstrapOptions(settings, host), host)
    transport.use(open(await transportFromKubeconfig(kubeconfig, host.files), settings))
  }
  return {
    client,
    async keep(signal) {
      if (own && !rotates) return
      await keepCertificate({ store, ask, onRenewed, isOnce: !rotates }, host, signal)
    },
  }
}

const open = (options: HttpTransportOptions, { userAgent }: IdentitySettings) =>
  httpTransport({ ...options, headers: { 'user-agent': userAgent } })

const bootstrapOptions = ({ bootstrapKubeconfig }: IdentitySettings, { files }: KubeletHost) =>
  transportFromKubeconfig(bootstrapKubeconfig, files)

/** How the kubeconfig reaches the API server; undefined when the first certificate is still to be asked for. */
async function ownOptions(
  { kubeconfig, bootstrapKubeconfig }: IdentitySettings,
  { files, clock }: KubeletHost,
): Promise<HttpTransportOptions | undefined> {
  if (bootstrapKubeconfig === '') return transportFromKubeconfig(kubeconfig, files)
  if ((await files.read(kubeconfig)) === undefined) return undefined
  const options = await transportFromKubeconfig(kubeconfig, files).catch(() => undefined)
  const certificate = options?.certificate
  if (certificate === undefined) return options?.token === undefined ? undefined : options
  const { until } = validity({ certificate: certificate.toString(), key: '' })
  return until > clock.now() ? options : undefined
}

/** Writes what upstream's kubelet writes: the cluster of the first kubeconfig, the user of the certificate. */
async function writeKubeconfig(
  path: string,
  certificate: string,
  { server, ca, insecureSkipTlsVerify, tlsServerName }: HttpTransportOptions,
  { files, log }: KubeletHost,
): Promise<void> {
  const cluster = {
    ...(ca !== undefined && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    ...(insecureSkipTlsVerify === true && { 'insecure-skip-tls-verify': true }),
    ...(tlsServerName !== undefined && tlsServerName !== '' && { 'tls-server-name': tlsServerName }),
    server,
  }
  const context = { cluster: 'default-cluster', namespace: 'default', user: 'default-auth' }
  const user = { 'client-certificate': certificate, 'client-key': certificate }
  const config = {
    apiVersion: 'v1',
    clusters: [{ cluster, name: 'default-cluster' }],
    contexts: [{ context, name: 'default-context' }],
    'current-context': 'default-context',
    kind: 'Config',
    users: [{ name: 'default-auth', user }],
  }
  // JSON is YAML.
  await files.write(path, `${JSON.stringify(config, undefined, 2)}\n`, 0o600)
  log.info('Wrote the kubeconfig', { path })
}
