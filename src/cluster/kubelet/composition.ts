import { mkdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseYaml } from '#apiserver'
import { type Cancel, never } from '#base/cancel'
import { sleep } from '#base/clock'
import type { Client } from '#client'
import {
  connectRuntime,
  createKubeletServer,
  createPodManager,
  EventRecorder,
  followManifests,
  keepLogsShort,
  type LogLimits,
  MirrorKeeper,
  nodeAddresses,
  type PodManager,
  readMachine,
  type Runtime,
  runNode,
} from '#kubelet'
import { keepServingCertificate } from './certificates/serving-identity.ts'
import { nodeOptions } from './node-options.ts'
import type { KubeletHost, KubeletSettings, RunningKubelet } from './options.ts'
import { followPods } from './pod-feed.ts'
import { podManagerOptions } from './pod-options.ts'
import { type KubeletPorts, openPorts } from './ports.ts'
import { shownConfiguration } from './shown-configuration.ts'

const logLimitsDefault: LogLimits = { bytesMax: 10 * 2 ** 20, filesMax: 5 }

/** Where the kubelet keeps its certificates. */
export const certificateFolder = ({ certDir, rootDir = rootDirDefault }: KubeletSettings) =>
  certDir ?? join(rootDir, 'pki')

const rootDirDefault = '/var/lib/kubelet'

/** The parts of one kubelet and the order in which they start and stop. */
export class KubeletComposition implements RunningKubelet {
  readonly #settings: KubeletSettings
  readonly #host: KubeletHost
  readonly #runtime: Runtime
  readonly #rootDir: string
  /** Ends what brings pods, before the pods themselves. */
  readonly #sources = new AbortController()
  readonly #stopped = new AbortController()
  readonly #work: Promise<unknown>[] = []
  #ports: KubeletPorts | undefined
  #pods: PodManager | undefined
  #mirrors: MirrorKeeper | undefined
  readonly nodeName: string

  constructor(settings: KubeletSettings, host: KubeletHost) {
    this.#settings = settings
    this.#host = host
    this.#rootDir = settings.rootDir ?? rootDirDefault
    this.nodeName = settings.nodeName ?? hostname().toLowerCase()
    this.#runtime = connectRuntime(settings.runtimeEndpoint, host.clock)
  }

  get pods(): PodManager {
    return this.#pods as PodManager
  }

  get url(): string | undefined {
    return this.#ports?.url
  }

  async start(): Promise<void> {
    const { client, manifestPath } = this.#settings
    await mkdir(this.#rootDir, { recursive: true })
    const machine = await readMachine(this.#rootDir)
    const routes = await readFile('/proc/net/route', 'utf8').catch(() => '')
    const addresses = nodeAddresses(this.#settings.nodeIPs ?? [], this.nodeName, routes)
    const node = { name: this.nodeName, rootDir: this.#rootDir, addresses, runtime: this.#runtime }
    this.#pods = createPodManager(podManagerOptions(this.#settings, this.#host, node, machine))
    this.#ports = await this.#openPorts(addresses)
    this.#work.push(this.#pods.run(this.#stopped.signal), this.#keepLogsShort())
    if (client) this.#join(client, addresses, this.#ports.port)
    if (client && this.#settings.rotatesServerCertificates) this.#keepServingCertificate(client, addresses)
    if (manifestPath !== undefined) this.#followManifests(manifestPath)
  }

  #openPorts(addresses: readonly string[]): Promise<KubeletPorts> {
    const { anonymousAuth = false, authorization = 'Administrators', readLogs, client } = this.#settings
    const server = createKubeletServer({
      nodeName: this.nodeName,
      pods: this.pods,
      runtime: this.#runtime,
      clock: this.#host.clock,
      log: this.#host.log,
      readMachine: () => readMachine(this.#rootDir),
      readLogs,
      configuration: shownConfiguration(this.#settings),
      anonymousAuth,
      authorization,
      reviews: client && { tokens: true, ...this.#settings.reviews, client },
    })
    const names = [...new Set([this.nodeName, ...addresses, 'localhost', '127.0.0.1'])]
    return openPorts(server, names, certificateFolder(this.#settings), this.#settings, this.#host)
  }

  /** Takes part in a cluster: shows the node, runs what is bound to it, shows static pods. */
  #join(client: Client, addresses: readonly string[], port: number): void {
    const { clock, log } = this.#host
    const { nodeName } = this
    const { signal } = this.#stopped
    const recorder = new EventRecorder({ client, clock, log, nodeName, signal })
    const found = {
      name: nodeName,
      rootDir: this.#rootDir,
      addresses,
      port,
      runtime: this.#runtime,
      arePodsHealthy: () => this.pods.isHealthy(),
      tell: (type: 'Normal' | 'Warning', reason: string, message: string) =>
        recorder.ofNode(type, reason, message),
    }
    this.#work.push(runNode(nodeOptions(this.#settings, this.#host, client, found), signal))
    const mirrors = new MirrorKeeper({ client, nodeName, clock, log })
    // A node without manifests has no static pods, and says so: mirrors that an earlier run left behind go.
    if (this.#settings.manifestPath === undefined) mirrors.want([])
    this.#mirrors = mirrors
    this.#work.push(mirrors.run(this.#sources.signal))
    const tell = (pods: Parameters<PodManager['update']>[1]) => {
      this.pods.update('api', pods)
      mirrors.see(pods)
    }
    this.#work.push(followPods(client, nodeName, this.#host, tell, this.#sources.signal))
  }

  #followManifests(path: string): void {
    const { clock, log } = this.#host
    const { manifestCheckMs } = this.#settings
    const options = {
      path,
      nodeName: this.nodeName,
      parse: parseYaml,
      clock,
      log,
      pods: this.pods,
      onPods: (pods: Parameters<PodManager['update']>[1]) => this.#mirrors?.want(pods),
      ...(manifestCheckMs !== undefined && { checkMs: manifestCheckMs }),
    }
    this.#work.push(followManifests(options, this.#sources.signal))
  }

  /** Does something for as long as the kubelet runs. */
  during(work: (signal: Cancel) => Promise<unknown>): void {
    this.#work.push(work(this.#stopped.signal))
  }

  #keepServingCertificate(client: Client, addresses: readonly string[]): void {
    const folder = certificateFolder(this.#settings)
    const names = [this.nodeName, ...addresses]
    const renew = () => this.#ports?.renew()
    this.during((signal) =>
      keepServingCertificate(client, folder, this.nodeName, names, renew, this.#host, signal),
    )
  }

  #keepLogsShort(): Promise<void> {
    const { clock, log } = this.#host
    const limits = this.#settings.logLimits ?? logLimitsDefault
    const options = { pods: this.pods, runtime: this.#runtime, clock, log, limits }
    return keepLogsShort(options, this.#stopped.signal)
  }

  async endPods(): Promise<void> {
    this.#sources.abort(new Error('the pods are to end'))
    this.pods.update('api', [])
    this.pods.update('file', [])
    while (this.pods.pods().length > 0) await sleep(this.#host.clock, 50, never)
  }

  async close(): Promise<void> {
    const reason = new Error('the kubelet stops')
    this.#sources.abort(reason)
    this.#stopped.abort(reason)
    await this.#ports?.close()
    await Promise.allSettled(this.#work)
    this.#runtime.close()
  }
}
