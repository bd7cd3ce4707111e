import { chmod, chown, mkdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { never } from '#base/cancel'
import { type Client, createClient, inProcessTransport } from '#client'
import { connectRuntime, nodeAddresses, type Runtime } from '#kubelet'
import { type RunningApiServer, startApiServer } from '../apiserver.ts'
import { type Containerd, startContainerd } from '../containerd/containerd.ts'
import { sweep } from '../containerd/sweep.ts'
import { ensurePauseImage, pauseImageName } from '../images/pause-image.ts'
import type { Registry } from '../images/registry.ts'
import { startKubelet } from '../kubelet.ts'
import type { RunningKubelet } from '../kubelet/options.ts'
import { pluginFolder } from '../packages/packages.ts'
import type { Tell } from '../progress/progress.ts'
import { type Claim, claimDataDir } from './claim.ts'
import { endPods } from './end-pods.ts'
import { heldText } from './held.ts'
import { toKubeconfig } from './kubeconfig.ts'
import { type ClusterLayout, clusterLayout } from './layout.ts'
import { ensurePackages } from './machine.ts'
import { nodeReady } from './node-ready.ts'
import { checkPorts } from './ports.ts'
import { Problem } from './problem.ts'
import { hasRegistry, openRegistry } from './registry.ts'
import { processStart, removeState, type RunState, writeState } from './run-state.ts'
import { secureDefaults } from './secure-defaults.ts'
import type { UpHost, UpSettings } from './settings.ts'

/** A whole cluster on this machine in one process, and the order in which its parts start and stop. */
export class Cluster {
  readonly #settings: UpSettings
  readonly #host: UpHost
  readonly layout: ClusterLayout
  #state: RunState | undefined
  #claim: Claim | undefined
  #runtime: Runtime | undefined
  #containerd: Containerd | undefined
  #apiServer: RunningApiServer | undefined
  #registry: Registry | undefined
  #client: Client | undefined
  #kubelet: RunningKubelet | undefined

  constructor(settings: UpSettings, host: UpHost) {
    this.#settings = settings
    this.#host = host
    this.layout = clusterLayout(settings.dataDir)
  }

  /** Access as administrator, by calls inside this process. */
  get client(): Client {
    return this.#client as Client
  }

  /** What stands before an image's name in the cluster's own registry; undefined without one. */
  get registry(): string | undefined {
    return this.#registry?.host
  }

  /** Whether any part was started, so that the log has something to tell. */
  get hasBegun(): boolean {
    return this.#runtime !== undefined
  }

  get url(): string {
    return this.#apiServer?.url ?? ''
  }

  get insecureUrl(): string | undefined {
    return this.#apiServer?.insecureUrl
  }

  get kubeletUrl(): string {
    return this.#kubelet?.url ?? ''
  }

  get podCidr(): string {
    return this.#containerd?.podCidr ?? ''
  }

  /** Starts every part, or stops those that started. @throws Problem for what the user can put right. */
  async start(): Promise<void> {
    await this.#claimDataDir()
    const nodeIp = await this.#nodeIp()
    await ensurePackages(this.#settings, this.#host.progress)
    await checkPorts(this.#wantedPorts(nodeIp))
    await this.#step('Starting containerd', () => this.#startContainerd())
    await this.#step('Starting the API server', () => this.#startApiServer(nodeIp))
    if (this.#settings.tutorial || (await hasRegistry(this.layout.registry)))
      await this.#step('Starting the registry', () => this.#startRegistry())
    await this.#step(`Starting node ${this.#settings.nodeName}`, (tell) => this.#startKubelet(nodeIp, tell))
    await this.#note('up')
  }

  /** Stops every part; with `keepPods`, containers go on without us. */
  async stop(keepPods = this.#settings.keepPods): Promise<void> {
    if (!this.#claim) return
    const { clock, log } = this.#host
    // A full disk must not keep the cluster from stopping.
    await this.#note('stopping').catch((error: unknown) =>
      log.warn('Could not write the state', { err: error }),
    )
    if (!this.hasBegun) return this.#release()
    const areGone = keepPods ? false : await this.#endPods()
    await this.#close()
    if (areGone) await sweep(this.layout.containerd, clock, log)
    await this.#release()
  }

  async #release(): Promise<void> {
    await removeState(this.layout.state)
    await this.#claim?.release()
  }

  /** Closes every part, also when one of them cannot. */
  #close(): Promise<void> {
    return this.#host.progress.step('Stopping API server, registry and containerd', async () => {
      const closed = [
        ...(await Promise.allSettled([this.#kubelet?.close()])),
        ...(await Promise.allSettled([this.#apiServer?.close(), this.#registry?.close()])),
        ...(await Promise.allSettled([this.#containerd?.close()])),
      ]
      this.#runtime?.close()
      for (const one of closed) {
        if (one.status === 'rejected') this.#host.log.error('A part did not stop well', { err: one.reason })
      }
    })
  }

  /** A step that is not begun when the user wants to stop. */
  async #step(title: string, work: (tell: Tell) => Promise<void>): Promise<void> {
    const { signal, progress } = this.#host
    if (signal.aborted) throw signal.reason
    await progress.step(title, work)
  }

  async #claimDataDir(): Promise<void> {
    const { dataDir } = this.#settings
    this.#claim = await claimDataDir(dataDir)
    if (!this.#claim) throw new Problem(await heldText(this.layout, this.#host.files))
    for (const folder of [this.layout.store, this.layout.pki, this.layout.kubelet, this.layout.podLogs]) {
      await mkdir(folder, { recursive: true })
      // Secrets of the cluster are in there, also in the files of the database beside the main one.
      await chmod(folder, 0o700)
    }
    await this.#note('starting')
  }

  async #note(phase: RunState['phase']): Promise<void> {
    const { clock, files } = this.#host
    this.#state = {
      pid: process.pid,
      processStart: (await processStart(process.pid)) ?? '',
      since: this.#state?.since ?? new Date(clock.now()).toISOString(),
      nodeName: this.#settings.nodeName,
      phase,
      ...(this.#apiServer?.url !== undefined && { url: this.#apiServer.url }),
      ...(this.#registry && { registry: this.#registry.host }),
    }
    await writeState(this.layout.state, this.#state, files)
  }

  async #nodeIp(): Promise<string> {
    const { nodeIp, nodeName } = this.#settings
    const routes = await readFile('/proc/net/route', 'utf8').catch(() => '')
    return nodeAddresses(nodeIp === undefined ? [] : [nodeIp], nodeName, routes)[0] as string
  }

  #wantedPorts(nodeIp: string) {
    const { bindAddress: address, securePort, insecurePort, kubeletPort } = this.#settings
    const insecure = { what: 'the API server without TLS', address: '127.0.0.1', flag: 'insecure-port' }
    return [
      { what: 'the API server', address, port: securePort, flag: 'secure-port' },
      ...(insecurePort === 0 ? [] : [{ ...insecure, port: insecurePort }]),
      { what: 'the kubelet', address: nodeIp, port: kubeletPort, flag: 'kubelet-port' },
    ]
  }

  async #startContainerd(): Promise<void> {
    const { clock, log } = this.#host
    const { plainHttpRegistries, podCidr } = this.#settings
    const layout = this.layout.containerd
    const runtime = connectRuntime(layout.socket, clock)
    this.#runtime = runtime
    this.#containerd = await startContainerd({
      layout,
      clock,
      log,
      sandboxImage: pauseImageName,
      pluginFolder: (await pluginFolder()) as string,
      plainHttpRegistries,
      ...(podCidr !== undefined && { podCidr }),
      isReady: async () => (await runtime.version(never)).name === 'containerd',
    })
    await ensurePauseImage(layout.socket)
  }

  async #startApiServer(nodeIp: string): Promise<void> {
    const { bindAddress, securePort, insecurePort, compat } = this.#settings
    const isAny = bindAddress === '0.0.0.0' || bindAddress === '::'
    this.#apiServer = await startApiServer(
      {
        store: { kind: 'embedded', folder: this.layout.store },
        secure: { address: bindAddress, port: securePort },
        ...(insecurePort > 0 && { insecure: { address: '127.0.0.1', port: insecurePort } }),
        advertiseAddress: isAny ? nodeIp : bindAddress,
        certDir: this.layout.pki,
        certNames: [hostname(), nodeIp],
        ...secureDefaults,
        allowPrivileged: true,
        kubelet: { certificateAuthority: `${this.layout.pki}/ca.crt` },
        readLogs: this.#host.logReader(this.layout.logs),
        ...(compat && { compat }),
      },
      this.#host,
    )
    this.#client = createClient(inProcessTransport(this.#apiServer.server))
    await this.#writeKubeconfig(this.#apiServer)
  }

  async #writeKubeconfig({ authority, url }: RunningApiServer): Promise<void> {
    const { kubeconfig } = this.layout
    if (!authority || url === undefined)
      throw new Error('the API server has neither authority nor secure port')
    const wish = { commonName: 'kubeling-admin', organizations: ['system:masters'], use: 'client' } as const
    const own = await authority.issue(wish)
    const text = toKubeconfig({ server: url, ca: authority.certificate, ...own })
    await this.#host.files.write(kubeconfig, text, 0o600)
    // Who used sudo is to use kubectl without it.
    const { SUDO_UID, SUDO_GID } = process.env
    if (SUDO_UID !== undefined) await chown(kubeconfig, Number(SUDO_UID), Number(SUDO_GID ?? 0))
  }

  async #startRegistry(): Promise<void> {
    const { clock, log } = this.#host
    this.#registry = await openRegistry(this.layout.registry, this.#settings.registryPort, clock, log)
  }

  async #startKubelet(nodeIp: string, tell: Tell): Promise<void> {
    const { clock, signal, logReader } = this.#host
    const { nodeName, kubeletPort, manifestPath, compat } = this.#settings
    const { server, authority } = this.#apiServer as RunningApiServer
    const names = [...new Set([nodeName, nodeIp, 'localhost', '127.0.0.1'])]
    const user = { name: `system:node:${nodeName}`, groups: ['system:nodes', 'system:authenticated'] }
    const from = clock.now()
    this.#kubelet = await startKubelet(
      {
        client: createClient(inProcessTransport(server, user)),
        runtimeEndpoint: this.layout.containerd.socket,
        nodeName,
        nodeIPs: [nodeIp],
        rootDir: this.layout.kubelet,
        podLogsDir: this.layout.podLogs,
        cgroupRoot: this.layout.containerd.cgroup,
        server: { address: nodeIp, port: kubeletPort },
        authorization: 'Webhook',
        readLogs: logReader('/var/log'),
        ...(authority && {
          clientCa: authority.certificate,
          tls: await authority.issue({ commonName: user.name, names, use: 'server' }),
        }),
        ...(manifestPath !== undefined && { manifestPath }),
        ...(compat && { compat }),
      },
      this.#host,
    )
    await nodeReady(this.client, nodeName, from, clock, signal, tell)
  }

  /** True when nothing runs any more. */
  async #endPods(): Promise<boolean> {
    const [kubelet, runtime] = [this.#kubelet, this.#runtime]
    // Without a kubelet none of this run's pods was started; an earlier run's are left to the next one.
    if (!kubelet || !runtime) return false
    const { stopTimeoutMs } = this.#settings
    return this.#host.progress.step('Ending pods', (tell) =>
      endPods(kubelet, runtime, stopTimeoutMs, this.#host, tell),
    )
  }
}
