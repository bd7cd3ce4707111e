// The pod part of a kubelet on a containerd of a test file's own, with cgroups of its own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import { createPodManager, type PodManager, type PodManagerOptions } from '#kubelet'
import type { Container, Event, Pod, PodStatus } from '#kinds/gen/core-v1'
import { hasSysResource } from '../../src/cluster/containerd/config.ts'
import { RecordingClient } from '../recording-client.ts'
import { run, until } from './process.ts'
import { startRuntime, type TestRuntime, testImage } from './runtime.ts'

/** What a test says of a container; the rest is filled in. */
type TestContainer = Partial<Container>

interface Settings extends Partial<PodManagerOptions> {
  readonly podPidsMax?: number
}

/** Pods on a real node that no API server stands behind. */
export class NodePods {
  readonly own: TestRuntime
  readonly client = new RecordingClient()
  readonly #wanted = new Map<string, Pod>()
  readonly #settings: Settings
  readonly #folder: string
  #manager: PodManager | undefined
  #stop: () => Promise<void> = async () => {}

  constructor(own: TestRuntime, folder: string, settings: Settings) {
    this.own = own
    this.#folder = folder
    this.#settings = settings
  }

  /** Starts containerd and the kubelet's part with everything below `folder`. */
  static async start(folder: string, settings: Settings = {}): Promise<NodePods> {
    const node = new NodePods(await startRuntime(folder), folder, settings)
    node.#begin()
    return node
  }

  get cgroupRoot(): string {
    return this.own.layout.cgroup
  }

  /** False on machines that withhold CAP_SYS_RESOURCE. */
  get mayLowerOomScore(): boolean {
    return hasSysResource(readFileSync('/proc/self/status', 'utf8'))
  }

  get manager(): PodManager {
    return this.#manager as PodManager
  }

  #begin(): void {
    const { podPidsMax = 0, ...more } = this.#settings
    const controller = new AbortController()
    this.#manager = createPodManager({
      runtime: this.own.runtime,
      client: this.client,
      clock: realClock,
      random: realRandom,
      log: silent,
      node: {
        name: 'node-1',
        hostIPs: ['192.0.2.1'],
        capacity: { cpuMilli: 2000, memoryBytes: 2 ** 30 },
        clusterDNS: [],
        clusterDomain: 'cluster.local',
      },
      rootDir: join(this.#folder, 'kubelet'),
      podLogsDir: join(this.#folder, 'pods'),
      resolvConf: '/etc/resolv.conf',
      relistMs: 200,
      cgroups: {
        driver: 'cgroupfs',
        root: this.cgroupRoot,
        allPods: { cpuShares: 2048, memoryBytes: 2 ** 30, pids: 5000 },
        podPidsMax,
      },
      ...more,
    })
    const running = this.#manager.run(controller.signal)
    this.#manager.update('file', [])
    this.#tell()
    this.#stop = async () => {
      controller.abort(new Error('the test is over'))
      await running
    }
  }

  /** Stops the kubelet's part and starts another; pods go on. */
  async restart(): Promise<void> {
    await this.#stop()
    this.#begin()
  }

  #tell(): void {
    this.manager.update('api', [...this.#wanted.values()])
  }

  /** Binds a pod to the node; its containers are named main unless they say otherwise. */
  add(name: string, containers: readonly TestContainer[], spec: object = {}, metadata: object = {}): void {
    const pod = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, namespace: 'default', uid: `${name}-uid`, resourceVersion: '1', ...metadata },
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 1,
        containers: containers.map((one) => ({ name: 'main', image: testImage, ...one })),
        ...spec,
      },
      status: { phase: 'Pending' },
    } as unknown as Pod
    this.client.put('pods', pod)
    this.#wanted.set(name, pod)
    this.#tell()
  }

  /** Changes what containers of a pod, the first ones, ask for, as the API server would tell of it. */
  resize(name: string, containers: readonly TestContainer[]): void {
    const pod = this.#wanted.get(name) as Pod
    const generation = (pod.metadata.generation ?? 1) + 1
    const metadata = { ...pod.metadata, generation, resourceVersion: `resized-${generation}` }
    const all = pod.spec?.containers ?? []
    const spec = { ...pod.spec, containers: all.map((one, i) => ({ ...one, ...containers[i] })) }
    const status = this.status(name)
    const resized = { ...pod, metadata, spec, ...(status && { status }) } as Pod
    this.client.put('pods', resized as Parameters<typeof this.client.put>[1])
    this.#wanted.set(name, resized)
    this.#tell()
  }

  /** Deletes a pod and waits until nothing is left of it. */
  async remove(name: string): Promise<void> {
    const pod = this.#wanted.get(name) as Pod
    const deletionTimestamp = new Date(realClock.now()).toISOString()
    const gone = { deletionTimestamp, deletionGracePeriodSeconds: 0, resourceVersion: 'deleted' }
    this.#wanted.set(name, { ...pod, metadata: { ...pod.metadata, ...gone } })
    this.#tell()
    await until(`${name} to be gone`, () => !this.client.objects.has(`pods/default/${name}`))
    this.#wanted.delete(name)
    this.#tell()
  }

  status(name: string): PodStatus | undefined {
    return (this.client.objects.get(`pods/default/${name}`) as Pod | undefined)?.status
  }

  /** Waits until all containers of a pod run. */
  async running(name: string): Promise<void> {
    await until(`${name} to run`, () => {
      const all = this.status(name)?.containerStatuses ?? []
      return all.length > 0 && all.every(({ state }) => state?.running !== undefined)
    })
  }

  /** Why a container of a pod waits, once it does for this reason. */
  async waiting(name: string, reason: string): Promise<string> {
    const found = () => this.status(name)?.containerStatuses?.[0]?.state?.waiting
    await until(`${name} to wait for ${reason}`, () => found()?.reason === reason)
    return found()?.message ?? ''
  }

  /** The events of a pod, as reason and message. */
  events(name: string): string[] {
    return this.client
      .all<Event>('events')
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`)
  }

  /** What a container printed. */
  log(name: string, container = 'main'): string {
    return readFileSync(this.manager.logPath(`${name}-uid`, container) ?? '', 'utf8')
  }

  /** The process of a container, as the machine numbers it. */
  async process(name: string, container = 'main'): Promise<{ pid: number; id: string }> {
    const id = this.manager.container(`${name}-uid`, container)?.id ?? ''
    const address = ['--address', this.own.layout.socket, '--namespace', 'k8s.io']
    const { stdout } = await run('ctr', [...address, 'tasks', 'list'])
    const pid = stdout
      .split('\n')
      .find((line) => line.startsWith(id))
      ?.split(/\s+/)[1]
    return { pid: Number(pid), id }
  }

  /** Ends pods, containerd and what they leave. */
  async close(): Promise<void> {
    this.#wanted.clear()
    this.#tell()
    const { runtime } = this.own
    const isEmpty = async () => (await runtime.listPodSandbox({}, never)).length === 0
    await until('all pods to end', isEmpty).catch(() => undefined)
    await this.#stop()
    await this.own.close()
  }
}
