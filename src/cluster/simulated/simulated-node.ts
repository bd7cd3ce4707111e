import type { Cancel } from '#base/cancel'
import { kubernetesVersion } from '#base/kubernetes-version'
import type { Client } from '#client'
import type { Pod } from '#kinds/gen/core-v1'
import {
  architecture,
  createPodManager,
  EventRecorder,
  type NodeOptions,
  type PodManager,
  type PodManagerOptions,
  readRuntime,
  runNode,
  silentRecorder,
  SimulatedRuntime,
} from '#kubelet'
import type { KubeletHost } from '../kubelet/options.ts'
import { simulatedMachine } from './machine.ts'
import { processOf, pullOf } from './outcomes.ts'
import type { SimulatedSettings } from './settings.ts'

/** What a simulated node is given. */
export interface SimulatedNodeOptions {
  readonly settings: SimulatedSettings
  readonly host: KubeletHost
  readonly client: Client
  /** From 0. */
  readonly number: number
  /** The address under which all of them say that they are. */
  readonly address: string
  readonly findPod: (uid: string) => Pod | undefined
  /** Hears what happens to the node. */
  readonly told: (reason: string) => void
}

/** The runtime hears at once of what ends by itself: the list only has to show that it is there. */
const relistMs = 60_000

/** A node whose pods are those of any kubelet, but whose runtime runs nothing. */
export class SimulatedNode {
  readonly #options: SimulatedNodeOptions
  readonly #runtime: SimulatedRuntime
  #pods: PodManager | undefined
  readonly name: string

  constructor(options: SimulatedNodeOptions) {
    this.#options = options
    const { settings, host, number, findPod } = options
    const { outcomes } = settings
    this.name = `${settings.namePrefix}${number}`
    let pods = 0
    this.#runtime = new SimulatedRuntime({
      clock: host.clock,
      process: ({ metadata, labels }) =>
        processOf(outcomes, findPod(labels?.[uidLabel] ?? ''), metadata?.name ?? '', host.random),
      pull: (_image, sandbox) => pullOf(outcomes, findPod(sandbox?.metadata?.uid ?? '')),
      address: () => `10.${(number >> 8) % 256}.${number % 256}.${(pods++ % 254) + 1}`,
    })
  }

  /** The node's pods, all of them. */
  readonly update = (pods: readonly Pod[]): void => this.#pods?.update('api', pods)

  /** Registers and runs what it is told until the signal fires. */
  async run(signal: Cancel): Promise<void> {
    const { settings, host, client } = this.#options
    const { clock, log } = host
    const recorder = settings.recordsEvents
      ? new EventRecorder({ client, clock, log, nodeName: this.name, signal })
      : undefined
    this.#pods = createPodManager({ ...this.#podOptions(), recorder: recorder ?? silentRecorder })
    const tell: NonNullable<NodeOptions['tell']> = (type, reason, message) => {
      recorder?.ofNode(type, reason, message)
      this.#options.told(reason)
    }
    await Promise.all([this.#pods.run(signal), runNode({ ...this.#nodeOptions(), tell }, signal)])
    this.#runtime.close()
  }

  #podOptions(): PodManagerOptions {
    const { settings, host, client, address } = this.#options
    const capacity = { cpuMilli: settings.cpus * 1000, memoryBytes: settings.memoryBytes }
    return {
      runtime: this.#runtime,
      client,
      ...host,
      node: {
        name: this.name,
        hostIPs: [address],
        capacity,
        allocatable: { ...capacity, pods: settings.podsMax },
        clusterDNS: [],
        clusterDomain: 'cluster.local',
      },
      rootDir: '',
      podLogsDir: '',
      resolvConf: '',
      hasDisk: false,
      asksContainers: false,
      sources: ['api'],
      serializeImagePulls: false,
      relistMs,
    }
  }

  #nodeOptions(): NodeOptions {
    const { settings, host, client, address } = this.#options
    const { cpus, memoryBytes, podsMax, labels, taints } = settings
    return {
      client,
      ...host,
      identity: {
        name: this.name,
        hostname: this.name,
        architecture,
        operatingSystem: 'linux',
        labels: { 'kubeling.io/simulated': 'true', ...labels },
        taints,
        compat: undefined,
      },
      readMachine: async () => simulatedMachine(this.name, cpus, memoryBytes),
      readRuntime: (signal) => readRuntime(this.#runtime, host.clock, signal),
      // There is no server: a port of 0 says so.
      fixed: {
        addresses: [address],
        port: 0,
        podsMax,
        kubeletVersion: kubernetesVersion.gitVersion,
        thresholds: {},
      },
      podFault: () => undefined,
      registers: true,
    }
  }
}

const uidLabel = 'io.kubernetes.pod.uid'
