// Starts the parts of the tutorial in the order in which it does, with its own command lines, and ends them.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { connectRuntime, type Runtime } from '#kubelet'
import { type Containerd, startContainerd } from '../../../src/cluster/containerd/containerd.ts'
import { containerdLayout } from '../../../src/cluster/containerd/layout.ts'
import { shimsOf, sweep } from '../../../src/cluster/containerd/sweep.ts'
import { busyboxImage, nginxImage } from '../../../src/cluster/images/debian.ts'
import { ensurePauseImage, pauseImageName } from '../../../src/cluster/images/pause-image.ts'
import { pushImage } from '../../../src/cluster/images/push.ts'
import { tutorialManifest } from '../../../src/cluster/tutorial/manifest.ts'
import { program } from '../../../testkit/host/kubeling.ts'
import { type Finished, type Running, run, start, until } from '../../../testkit/host/process.ts'
import { api, images, podNetwork, server } from './places.ts'

/** How the programs serve: as Kubernetes 1.3 on etcd, or as they do without being asked, on the embedded store. */
export type Mode = 'v1.3' | 'default'

/** The tutorial's machine with what runs on it. */
export class Stage {
  readonly mode: Mode
  readonly folder = mkdtempSync(join(tmpdir(), 'kubeling-tutorial-'))
  readonly manifests = join(this.folder, 'manifests')
  readonly logs = join(this.folder, 'logs')
  readonly #layout = containerdLayout(this.folder)
  #ends: (() => unknown)[] = []
  #etcd: Running | undefined
  #apiServer: Running | undefined
  #kubelet: Running | undefined
  #containerd: Containerd | undefined
  #runtime: Runtime | undefined

  constructor(mode: Mode) {
    this.mode = mode
    for (const folder of [this.manifests, this.logs]) mkdirSync(folder)
    writeFileSync(join(this.logs, 'hello.log'), 'a line\n')
    writeFileSync(join(this.folder, 'nginx_pod.yml'), tutorialManifest(server, images))
  }

  get isOld(): boolean {
    return this.mode === 'v1.3'
  }

  get runtime(): Runtime {
    return this.#runtime as Runtime
  }

  /** The processes that the tutorial needs, by name. */
  get pids(): Readonly<Record<string, number>> {
    const found = {
      etcd: this.#etcd?.pid,
      'kube-apiserver': this.#apiServer?.pid,
      kubelet: this.#kubelet?.pid,
      containerd: this.#containerd?.pid(),
    }
    return Object.fromEntries(Object.entries(found).flatMap(([name, pid]) => (pid ? [[name, pid]] : [])))
  }

  /** The processes that stand between containerd and each pod. */
  shims(): Promise<number[]> {
    return shimsOf(this.#layout.socket)
  }

  /** What the programs have printed, to be shown when a wait is given up. */
  words(): string {
    return `${this.#apiServer?.output() ?? ''}\n${this.#kubelet?.output() ?? ''}`
  }

  /** Waits as until() does; gives up with what the programs said. */
  until<T>(what: string, condition: () => Promise<T | undefined | false> | T | undefined | false) {
    return until(what, condition, 60_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.words()}`, { cause: error })
    })
  }

  async startStore(): Promise<void> {
    if (!this.isOld) return
    const args = [`--data-dir=${join(this.folder, 'etcd')}`, '--log-level=error']
    this.#etcd = start(this.#life, 'etcd', args)
    await this.until(
      'etcd',
      async () => (await fetch('http://127.0.0.1:2379/health').catch(() => undefined))?.ok,
    )
  }

  /** The tutorial's store had seen eleven writes before it was first looked at; a server of ours makes nine. */
  async growOld(): Promise<void> {
    if (!this.isOld) return
    for (let i = 0; i < 2; i++) {
      const body = JSON.stringify({ key: btoa('/other'), value: btoa(String(i)) })
      assert.ok((await fetch('http://127.0.0.1:2379/v3/kv/put', { method: 'POST', body })).ok)
    }
  }

  /** The command line of the tutorial; that it opens the server to everybody is said of its own where that is new. */
  async startApiServer(): Promise<void> {
    this.#apiServer = start(this.#life, program('kube-apiserver'), [
      '--service-cluster-ip-range=10.20.0.1/24',
      ...(this.isOld
        ? ['--compat=v1.3', '--etcd-servers=http://127.0.0.1:2379']
        : ['--insecure-allow-remote']),
      `--advertise-address=${server}`,
      `--bind-address=${server}`,
      `--insecure-bind-address=${server}`,
      '--v=4',
      `--log-dir=${this.logs}`,
    ])
    await this.until('the API server', async () => (await fetch(`${api}/readyz`).catch(() => undefined))?.ok)
  }

  async startRuntime(): Promise<void> {
    await this.#startRegistry()
    const runtime = connectRuntime(this.#layout.socket, realClock)
    this.#runtime = runtime
    this.#containerd = await startContainerd({
      layout: this.#layout,
      clock: realClock,
      log: silent,
      sandboxImage: pauseImageName,
      pluginFolder: '/usr/lib/cni',
      plainHttpRegistries: [images],
      podCidr: podNetwork,
      isReady: async () => (await runtime.version(never)).name === 'containerd',
    })
    await ensurePauseImage(this.#layout.socket)
  }

  async #startRegistry(): Promise<void> {
    const config = join(this.folder, 'registry.yml')
    const storage = `storage: {filesystem: {rootdirectory: ${join(this.folder, 'registry')}}}`
    writeFileSync(config, `version: 0.1\nlog: {level: warn}\n${storage}\nhttp: {addr: "${images}"}\n`)
    start(this.#life, 'docker-registry', ['serve', config])
    const url = `http://${images}`
    await this.until('the registry', async () => (await fetch(`${url}/v2/`).catch(() => undefined))?.ok)
    await pushImage(url, 'nginx', 'latest', await nginxImage())
    await pushImage(url, 'busybox', 'latest', await busyboxImage())
  }

  startKubelet(): void {
    const kubeconfig = join(this.folder, 'kubelet.conf')
    writeFileSync(kubeconfig, nodeKubeconfig)
    this.#kubelet = start(this.#life, program('kubelet'), [
      ...(this.isOld ? [`--api-servers=${api}`, '--compat=v1.3'] : [`--kubeconfig=${kubeconfig}`]),
      `--hostname-override=${server}`,
      `--container-runtime-endpoint=unix://${this.#layout.socket}`,
      '--client-ca-file=/var/run/kubernetes/ca.crt',
      `--pod-manifest-path=${this.manifests}`,
      '--node-status-update-frequency=1s',
      `--cgroup-root=${this.#layout.cgroup}`,
    ])
  }

  /** Runs our kubectl in the folder of nginx_pod.yml, on the tutorial's server unless the words say otherwise. */
  kubectl(...words: string[]): Promise<Finished> {
    const isTold = words.some((word) => ['-s', '--server'].includes(word.split('=')[0] as string))
    return run(program('kubectl'), isTold ? words : ['-s', api, ...words], {
      cwd: this.folder,
      env: { HOME: this.folder, KUBECONFIG: '' },
    })
  }

  /** Types a line into a shell, in the folder of nginx_pod.yml; gives what it prints. @throws when it fails. */
  async shell(line: string): Promise<string> {
    const { code, stdout, stderr } = await run('sh', ['-c', line], { cwd: this.folder })
    assert.equal(code, 0, `${line}\n${stdout}${stderr}`)
    return stdout
  }

  readonly killStore = () => this.#etcd?.stop('SIGKILL')
  readonly killApiServer = () => this.#apiServer?.stop('SIGKILL')
  readonly killKubelet = () => this.#kubelet?.stop('SIGKILL')
  /** Its keeper starts another. */
  readonly killContainerd = async () => {
    const pid = this.#containerd?.pid() as number
    process.kill(pid, 'SIGKILL')
    const isOther = (now: number | undefined) => now !== undefined && now !== pid
    await this.until('another containerd', () => isOther(this.#containerd?.pid()))
  }

  async close(): Promise<void> {
    await this.#kubelet?.stop()
    if (this.#runtime) await removePods(this.#runtime)
    this.#runtime?.close()
    await this.#containerd?.close()
    await sweep(this.#layout, realClock, silent)
    for (const end of this.#ends.reverse()) await end()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Stands in for a test's context: processes live until the stage is closed. */
  get #life(): TestContext {
    return { after: (end: () => unknown) => this.#ends.push(end) } as unknown as TestContext
  }
}

async function removePods(runtime: Runtime): Promise<void> {
  for (const { id } of await runtime.listPodSandbox({}, never)) {
    await runtime.stopPodSandbox(id, never)
    await runtime.removePodSandbox(id, never)
  }
}

const nodeKubeconfig = `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: tutorial, user: node}}]
clusters: [{name: tutorial, cluster: {server: "https://${server}:6443", certificate-authority: /var/run/kubernetes/ca.crt}}]
users: [{name: node, user: {}}]
`
