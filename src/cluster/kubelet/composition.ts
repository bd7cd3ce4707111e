import { mkdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { never } from '#base/cancel'
import { sleep } from '#base/clock'
import { kubernetesVersion } from '#base/kubernetes-version'
import {
  architecture,
  connectRuntime,
  createPodManager,
  defaultThresholds,
  nodeAddresses,
  parseThresholds,
  type PodManager,
  readMachine,
  readRuntime,
  type Runtime,
  runNode,
} from '#kubelet'
import type { KubeletHost, KubeletSettings, RunningKubelet } from './options.ts'
import { followPods } from './pod-feed.ts'

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
  #pods: PodManager | undefined
  readonly nodeName: string
  url: string | undefined

  constructor(settings: KubeletSettings, host: KubeletHost) {
    this.#settings = settings
    this.#host = host
    this.#rootDir = settings.rootDir ?? '/var/lib/kubelet'
    this.nodeName = settings.nodeName ?? hostname().toLowerCase()
    this.#runtime = connectRuntime(settings.runtimeEndpoint, host.clock)
  }

  get pods(): PodManager {
    return this.#pods as PodManager
  }

  async start(): Promise<void> {
    await mkdir(this.#rootDir, { recursive: true })
    const machine = await readMachine(this.#rootDir)
    const routes = await readFile('/proc/net/route', 'utf8').catch(() => '')
    const addresses = nodeAddresses(this.#settings.nodeIPs ?? [], this.nodeName, routes)
    this.#pods = this.#podManager(addresses, machine)
    this.#work.push(this.#pods.run(this.#stopped.signal))
    this.#followPods()
    this.#keepNode(addresses)
  }

  #podManager(hostIPs: readonly string[], machine: { cpus: number; memoryBytes: number }): PodManager {
    const { settings, host } = { settings: this.#settings, host: this.#host }
    return createPodManager({
      runtime: this.#runtime,
      client: settings.client,
      clock: host.clock,
      random: host.random,
      log: host.log,
      node: {
        name: this.nodeName,
        hostIPs,
        capacity: { cpuMilli: machine.cpus * 1000, memoryBytes: machine.memoryBytes },
        clusterDNS: settings.clusterDNS ?? [],
        clusterDomain: settings.clusterDomain ?? 'cluster.local',
      },
      rootDir: this.#rootDir,
      podLogsDir: settings.podLogsDir ?? '/var/log/pods',
      resolvConf: settings.resolvConf ?? '/etc/resolv.conf',
      sources: settings.client ? ['api'] : [],
      serializeImagePulls: settings.serializeImagePulls ?? true,
      ...(settings.cgroupRoot !== undefined && { cgroupParent: settings.cgroupRoot }),
    })
  }

  #followPods(): void {
    const { client } = this.#settings
    if (!client) return
    const { signal } = this.#sources
    const tell = (pods: Parameters<PodManager['update']>[1]) => this.pods.update('api', pods)
    this.#work.push(followPods(client, this.nodeName, this.#host, tell, signal))
  }

  #keepNode(addresses: readonly string[]): void {
    const { client, compat, statusMs, reportMs, leaseMs } = this.#settings
    if (!client) return
    const { clock, log } = this.#host
    const node = runNode(
      {
        client,
        clock,
        log,
        identity: this.#identity(),
        readMachine: () => readMachine(this.#rootDir),
        readRuntime: (signal) => readRuntime(this.#runtime, signal),
        fixed: {
          addresses,
          port: this.#settings.server?.port ?? 0,
          podsMax: this.#settings.podsMax ?? 110,
          kubeletVersion: kubernetesVersion.gitVersion,
          thresholds: parseThresholds(this.#settings.evictionHard ?? defaultThresholds),
        },
        podFault: () => (this.pods.isHealthy() ? undefined : podFault),
        registers: this.#settings.registerNode ?? true,
        ...(statusMs !== undefined && { statusMs }),
        ...(reportMs !== undefined && { reportMs }),
        ...(leaseMs !== undefined && { leaseMs }),
      },
      this.#stopped.signal,
    )
    this.#work.push(node)
    log.v(2, 'Looking after the node', { node: this.nodeName, compat })
  }

  #identity() {
    const { nodeLabels, taints, compat } = this.#settings
    return {
      name: this.nodeName,
      hostname: this.nodeName,
      architecture,
      operatingSystem: process.platform,
      labels: nodeLabels ?? {},
      taints: taints ?? [],
      compat,
    }
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
    await Promise.allSettled(this.#work)
    this.#runtime.close()
  }
}

const podFault = 'PLEG is not healthy: the container runtime has not been listed for 3m0s'
