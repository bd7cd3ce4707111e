import { mkdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseYaml } from '#apiserver'
import { type Cancel, never } from '#base/cancel'
import { sleep } from '#base/clock'
import type { Client } from '#client'
import type { Pod } from '#kinds/gen/core-v1'
import {
  connectRuntime,
  createKubeletServer,
  createPodManager,
  EventRecorder,
  type EvictionManager,
  followManifests,
  followManifestUrl,
  keepLogsShort,
  type LogLimits,
  MirrorKeeper,
  nodeAddresses,
  NodeShutdown,
  type PodManager,
  readMachine,
  type Runtime,
  runNode,
} from '#kubelet'
import { keepServingCertificate } from './certificates/serving-identity.ts'
import { createEvictions } from './evictions.ts'
import { logind } from './logind.ts'
import { machineFault, readMachineFacts } from './machine-check.ts'
import { nodeOptions } from './node-options.ts'
import type { KubeletHost, KubeletSettings, ManifestUrl, RunningKubelet } from './options.ts'
import { followPods } from './pod-feed.ts'
import { podManagerOptions } from './pod-options.ts'
import { type KubeletPorts, openPorts } from './ports.ts'
import { shownConfiguration } from './shown-configuration.ts'

const logLimitsDefault: LogLimits = { bytesMax: 10 * 2 ** 20, filesMax: 5 }

/** Where the kubelet keeps its certificates. */
export const certificateFolder = ({ certDir, rootDir = rootDirDefault }: KubeletSettings) =>
  certDir ?? join(rootDir, 'pki')

const rootDirDefault = '/var/lib/kubelet'

type TellOfNode = (type: 'Normal' | 'Warning', reason: string, message: string) => void

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
  #shutdown: NodeShutdown | undefined
  /** Static pods by where they are read. */
  readonly #static = new Map<string, readonly Pod[]>()
  /** Hear of what the node's status must tell at once. */
  readonly #listeners = new Set<() => void>()
  #evictions: EvictionManager | undefined
  #tell: TellOfNode = () => {}
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
    const { client, manifestPath, manifestUrl, demands } = this.#settings
    const fault = demands && machineFault(demands, await readMachineFacts())
    if (fault !== undefined) throw new Error(fault)
    await mkdir(this.#rootDir, { recursive: true })
    const machine = await readMachine(this.#rootDir)
    const routes = await readFile('/proc/net/route', 'utf8').catch(() => '')
    const addresses = nodeAddresses(this.#settings.nodeIPs ?? [], this.nodeName, routes)
    const rejection = (pod: Pod) => this.#shutdown?.rejection ?? this.#evictions?.rejection(pod)
    const node = { name: this.nodeName, rootDir: this.#rootDir, addresses, runtime: this.#runtime, rejection }
    this.#pods = createPodManager(podManagerOptions(this.#settings, this.#host, node, machine))
    this.#evictions = this.#createEvictions()
    this.#ports = await this.#openPorts(addresses)
    this.#work.push(this.#pods.run(this.#stopped.signal), this.#keepLogsShort())
    const tell = client ? this.#join(client, addresses, this.#ports.port) : () => {}
    this.#tell = tell
    this.during((signal) => (this.#evictions as EvictionManager).run(signal))
    this.#awaitShutdown(tell)
    if (client && this.#settings.rotatesServerCertificates) this.#keepServingCertificate(client, addresses)
    if (manifestPath !== undefined) this.#followManifests(manifestPath)
    if (manifestUrl !== undefined) this.#followManifestUrl(manifestUrl)
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
      servesDebugging: this.#settings.servesDebugging,
      checkpointFolder: join(this.#rootDir, 'checkpoints'),
      configuration: shownConfiguration(this.#settings),
      anonymousAuth,
      authorization,
      reviews: client && { tokens: true, ...this.#settings.reviews, client },
    })
    const names = [...new Set([this.nodeName, ...addresses, 'localhost', '127.0.0.1'])]
    return openPorts(server, names, certificateFolder(this.#settings), this.#settings, this.#host)
  }

  #createEvictions(): EvictionManager {
    return createEvictions(this.#settings, this.#host, {
      rootDir: this.#rootDir,
      runtime: this.#runtime,
      pods: this.pods,
      tell: (...words) => this.#tell(...words),
      changed: () => this.#changed(),
    })
  }

  /** The node's status is to be told at once. */
  #changed(): void {
    for (const listener of this.#listeners) listener()
  }

  /** Lets a shutdown of the machine wait until pods have ended. */
  #awaitShutdown(tell: TellOfNode): void {
    const { clock, log, files } = this.#host
    const { shutdownGroups: groups = [] } = this.#settings
    if (groups.length === 0) return
    const source = logind(files, (text) => log.v(2, 'busctl', { said: text.trim() }))
    const changed = () => this.#changed()
    this.#shutdown = new NodeShutdown({ groups, source, pods: this.pods, clock, log, tell, changed })
    this.#work.push(this.#shutdown.run(this.#stopped.signal))
  }

  /**
   * Takes part in a cluster: shows the node, runs what is bound to it, shows static pods. Gives what tells of the node.
   */
  #join(client: Client, addresses: readonly string[], port: number): TellOfNode {
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
      pods: this.pods,
      shutdownFault: () => this.#shutdown?.fault,
      pressure: () => (this.#evictions as EvictionManager).pressure,
      onChange: (listener: () => void) => {
        this.#listeners.add(listener)
        return () => void this.#listeners.delete(listener)
      },
      tell: (type: 'Normal' | 'Warning', reason: string, message: string) =>
        recorder.ofNode(type, reason, message),
    }
    this.#work.push(runNode(nodeOptions(this.#settings, this.#host, client, found), signal))
    const mirrors = new MirrorKeeper({ client, nodeName, clock, log })
    // A node without manifests has no static pods, and says so: mirrors that an earlier run left behind go.
    const { manifestPath, manifestUrl } = this.#settings
    if (manifestPath === undefined && manifestUrl === undefined) mirrors.want([])
    this.#mirrors = mirrors
    this.#work.push(mirrors.run(this.#sources.signal))
    const tell = (pods: Parameters<PodManager['update']>[1]) => {
      this.pods.update('api', pods)
      mirrors.see(pods)
    }
    this.#work.push(followPods(client, nodeName, this.#host, tell, this.#sources.signal))
    return found.tell
  }

  /** Static pods of one place; their mirrors are of all places. */
  #sawStatic(place: string, pods: readonly Pod[]): void {
    const { manifestPath, manifestUrl } = this.#settings
    const places = [manifestPath, manifestUrl?.url].filter((one) => one !== undefined)
    this.#static.set(place, pods)
    if (places.every((one) => this.#static.has(one))) this.#mirrors?.want([...this.#static.values()].flat())
  }

  #followManifestUrl({ url, headers, checkMs }: ManifestUrl): void {
    const { clock, log } = this.#host
    const { nodeName, pods } = this
    const own = { url, headers, checkMs, nodeName, parse: parseYaml, clock, log, pods }
    const onPods = (read: readonly Pod[]) => this.#sawStatic(url, read)
    this.#work.push(followManifestUrl({ ...own, onPods }, this.#sources.signal))
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
      onPods: (pods: readonly Pod[]) => this.#sawStatic(path, pods),
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
    const { logCheckMs: checkMs } = this.#settings
    const own = { pods: this.pods, runtime: this.#runtime, clock, log, limits }
    const options = { ...own, ...(checkMs !== undefined && { checkMs }) }
    return keepLogsShort(options, this.#stopped.signal)
  }

  async endPods(): Promise<void> {
    this.#sources.abort(new Error('the pods are to end'))
    this.pods.update('api', [])
    this.pods.update('file', [])
    this.pods.update('http', [])
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
