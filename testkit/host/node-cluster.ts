// An API server in this process and a whole kubelet on a containerd of its own, for the tests of the node.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '#base/log'
import { type Client, createClient, inProcessTransport, type ResourceName } from '#client'
import { type RunningApiServer, type RunningKubelet, startApiServer, startKubelet } from '#cluster'
import { files } from '#host/files'
import { realClock } from '#host/clock'
import { createLog } from '#host/log'
import { realRandom } from '#host/random'
import { event as events } from '#kinds/core/event'
import { node as nodes } from '#kinds/core/node'
import { pod as pods } from '#kinds/core/pod/index'
import type { Event, Pod, PodSpec } from '#kinds/gen/core-v1'
import { until } from './process.ts'
import { startRuntime, testImage, type TestRuntime } from './runtime.ts'

const namespace = 'default'
const log = process.env.KUBELET_LOG ? createLog({ part: 'kubelet', verbosity: 2 }) : silent
const host = { clock: realClock, random: realRandom, log, files }

type Settings = Omit<Parameters<typeof startKubelet>[0], 'client' | 'runtimeEndpoint'>

/** A node and what tests do with it. */
export class NodeCluster {
  readonly folder: string
  readonly #settings: Settings
  readonly #parts: { apiServer: RunningApiServer; runtime: TestRuntime }
  readonly client: Client
  kubelet: RunningKubelet

  private constructor(
    folder: string,
    settings: Settings,
    parts: { apiServer: RunningApiServer; runtime: TestRuntime },
    client: Client,
    kubelet: RunningKubelet,
  ) {
    this.folder = folder
    this.#settings = settings
    this.#parts = parts
    this.client = client
    this.kubelet = kubelet
  }

  /** Starts everything below a folder of its own; `settings` change the kubelet. */
  static async start(settings: Settings = {}): Promise<NodeCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'kubeling-node-'))
    mkdirSync(join(folder, 'certificates'))
    const apiServer = await startApiServer(
      {
        store: { kind: 'memory' },
        insecure: { address: '127.0.0.1', port: 0 },
        advertiseAddress: '127.0.0.1',
        allowPrivileged: true,
        certDir: join(folder, 'certificates'),
      },
      { ...host, log: silent },
    )
    const client = createClient(inProcessTransport(apiServer.server))
    const runtime = await startRuntime(folder)
    const kubelet = await startOn(folder, runtime, client, settings)
    await until('the node', () => client.get(nodes, kubelet.nodeName).catch(() => undefined))
    return new NodeCluster(folder, settings, { apiServer, runtime }, client, kubelet)
  }

  /** Where the kubelet keeps what belongs to a pod. */
  podFolder(uid: string): string {
    return join(this.folder, 'kubelet/pods', uid)
  }

  /** Creates an object as it stands in a manifest. */
  async create(resource: ResourceName, object: object): Promise<{ metadata: { uid?: string } }> {
    const made = { ...object, metadata: { namespace, ...(object as { metadata: object }).metadata } }
    const params = resource.namespaced ? { namespace } : {}
    if (!resource.namespaced) delete (made.metadata as { namespace?: string }).namespace
    return await this.client.create(resource, made as never, params)
  }

  /** Creates a pod on this node whose containers run the test image. */
  async run(name: string, spec: Partial<PodSpec>, metadata: object = {}): Promise<Pod> {
    const containers = (spec.containers ?? []).map((one) => ({ image: testImage, ...one }))
    return (await this.create(pods, {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, ...metadata },
      spec: {
        nodeName: this.kubelet.nodeName,
        terminationGracePeriodSeconds: 1,
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        ...spec,
        containers,
      },
    })) as Pod
  }

  /** A pod as the API shows it. */
  async pod(name: string): Promise<Pod | undefined> {
    return await this.client.get<Pod>(pods, name, { namespace }).catch(() => undefined)
  }

  /** Waits for a phase and gives the pod. */
  async reaches(name: string, phase: string, timeoutMs = 30_000): Promise<Pod> {
    return await until(
      `${name} to be ${phase}`,
      async () => {
        const found = await this.pod(name)
        return found?.status?.phase === phase ? found : undefined
      },
      timeoutMs,
    ).catch(async (error: Error) => {
      const seen = JSON.stringify([(await this.pod(name))?.status, await this.eventsOf(name)])
      throw new Error(`${error.message}: ${seen}`, { cause: error })
    })
  }

  /** Runs a script to its end and gives what it printed. */
  async printed(name: string, container = 'main'): Promise<string> {
    const pod = await this.reaches(name, 'Succeeded')
    return this.log(pod.metadata.uid ?? '', container)
  }

  /** What a container printed so far. */
  log(uid: string, container = 'main'): string {
    const path = this.kubelet.pods.logPath(uid, container)
    const lines = path === undefined ? [] : readFileSync(path, 'utf8').split('\n')
    return lines.map((line) => line.replace(/^\S+ \S+ \S+ /, '')).join('\n')
  }

  /** What was told of a pod, as `reason: message`. */
  async eventsOf(name: string): Promise<string[]> {
    const { items } = await this.client.list<Event>(events, { namespace })
    return items
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`)
  }

  /** Waits for an event of a pod. */
  async tells(name: string, pattern: RegExp): Promise<string> {
    const found = () => this.eventsOf(name).then((all) => all.find((one) => pattern.test(one)))
    return await until(`${name} to tell ${pattern}`, found).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${(await this.eventsOf(name)).join('\n')}`, { cause: error })
    })
  }

  /** Deletes a pod and waits until it is gone. */
  async remove(name: string): Promise<void> {
    await this.client.delete(pods, name, { namespace }).catch(() => undefined)
    await until(`${name} to be gone`, async () => (await this.pod(name)) === undefined)
  }

  /** Another kubelet in the place of this one; pods go on. */
  async restartKubelet(meanwhile: () => Promise<void> | void = () => {}): Promise<void> {
    await this.kubelet.close()
    await meanwhile()
    this.kubelet = await startOn(this.folder, this.#parts.runtime, this.client, this.#settings)
  }

  async close(): Promise<void> {
    await this.kubelet.endPods()
    await this.kubelet.close()
    await this.#parts.runtime.close()
    await this.#parts.apiServer.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function startOn(
  folder: string,
  { layout }: TestRuntime,
  client: Client,
  settings: Settings,
): Promise<RunningKubelet> {
  return startKubelet(
    {
      client,
      runtimeEndpoint: layout.socket,
      nodeName: 'node-1',
      nodeIPs: ['127.0.0.1'],
      rootDir: join(folder, 'kubelet'),
      podLogsDir: join(folder, 'pods'),
      evictionHard: {},
      statusMs: 500,
      ...settings,
    },
    host,
  )
}
