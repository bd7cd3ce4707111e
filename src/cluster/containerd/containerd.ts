import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { never } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import { hasSysResource, toConfig, toPlainHttpHosts } from './config.ts'
import type { ContainerdLayout } from './layout.ts'
import { freeSubnet, subnetOf, toNetworkConfig } from './network.ts'
import { endForgottenShims } from './forgotten-shims.ts'
import { runningProcess, stopProcess } from './process.ts'
import { shimsOf } from './sweep.ts'

/** What a containerd of our own is started with. */
export interface ContainerdOptions {
  readonly layout: ContainerdLayout
  readonly clock: Clock
  readonly log: Log
  readonly sandboxImage: string
  /** Folder with the CNI plugins. */
  readonly pluginFolder: string
  /** Registries to reach by plain HTTP, beside those on loopback. */
  readonly plainHttpRegistries?: readonly string[]
  /** Network of the pods on this node; chosen when absent, and kept from then on. */
  readonly podCidr?: string
  /** Resolves when the runtime answers on its socket. */
  readonly isReady: () => Promise<boolean>
}

/** A containerd that runs beside us and is started again when it dies. */
export interface Containerd {
  readonly socket: string
  readonly podCidr: string
  pid(): number | undefined
  /** Stops containerd itself; containers go on under their shims. */
  close(): Promise<void>
}

const readyMsMax = 30_000
const restartDelayMsMin = 100
const restartDelayMsMax = 10_000
const forgottenMsMin = 2_000
const forgottenMsMax = 300_000
/** A containerd that ran this long has not failed to start: the next restart does not wait. */
const steadyMs = 10_000

/** Writes the configuration, starts containerd as a child and waits until it answers. @throws when it does not, with its last words. */
export async function startContainerd(options: ContainerdOptions): Promise<Containerd> {
  const { layout } = options
  await takeOver(options)
  const podCidr = await writeConfiguration(options)
  const supervisor = new Supervisor(options)
  await supervisor.start()
  return {
    socket: layout.socket,
    podCidr,
    pid: () => supervisor.pid,
    close: () => supervisor.close(),
  }
}

/** A containerd that an earlier run left behind makes room; its containers do not notice. */
async function takeOver({ layout, clock, log }: ContainerdOptions): Promise<void> {
  const pid = await runningProcess(layout.pidFile, layout.config)
  if (pid === undefined) return
  log.info('Replacing the containerd of an earlier run', { pid })
  await stopProcess(pid, clock)
}

/** Writes containerd's and the network's configuration; gives the pod network. */
export async function writeConfiguration(options: Omit<ContainerdOptions, 'isReady'>): Promise<string> {
  const { layout } = options
  const folders = [layout.root, layout.state, layout.network, layout.addresses, layout.registries]
  for (const folder of [...folders, dirname(layout.log)]) await mkdir(folder, { recursive: true })
  const settings = {
    sandboxImage: options.sandboxImage,
    pluginFolder: options.pluginFolder,
    mayLowerOomScore: hasSysResource(await readFile('/proc/self/status', 'utf8')),
  }
  await writeFile(layout.config, toConfig(layout, settings))
  for (const registry of options.plainHttpRegistries ?? []) {
    const folder = join(layout.registries, registry)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'hosts.toml'), toPlainHttpHosts(registry))
  }
  const networkFile = join(layout.network, '10-kubeling.conflist')
  const earlier = subnetOf(await readFile(networkFile, 'utf8').catch(() => ''))
  const routes = await readFile('/proc/net/route', 'utf8')
  const podCidr = options.podCidr ?? earlier ?? freeSubnet(routes, layout.networkNumber)
  await writeFile(networkFile, toNetworkConfig(layout.bridge, podCidr, layout.addresses))
  return podCidr
}

/** Keeps one containerd process alive. */
class Supervisor {
  readonly #options: ContainerdOptions
  #child: ChildProcess | undefined
  #closed = false
  readonly #closing = new AbortController()
  #restartDelayMs = restartDelayMsMin
  #spawnedAt = 0
  #cancelRestart = () => {}

  constructor(options: ContainerdOptions) {
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  async start(): Promise<void> {
    this.#spawn()
    const { clock, layout } = this.#options
    const deadline = clock.monotonic() + readyMsMax
    while (!(await this.#answers())) {
      if (clock.monotonic() > deadline) {
        await this.close()
        throw new Error(
          `containerd does not answer on ${layout.socket}; its last words: ${this.#lastWords()}`,
        )
      }
      await sleep(clock, 50, never)
    }
    this.#restartDelayMs = restartDelayMsMin
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#closing.abort()
    this.#cancelRestart()
    const pid = this.#child?.pid
    if (pid !== undefined) await stopProcess(pid, this.#options.clock)
    await rm(this.#options.layout.pidFile, { force: true })
  }

  #spawn(): void {
    const { layout, log, clock } = this.#options
    this.#spawnedAt = clock.monotonic()
    const logFile = openSync(layout.log, 'a')
    // Its own session: Ctrl-C in the terminal is for us, who stop the pods first and containerd last.
    const child = spawn('containerd', ['--config', layout.config], {
      detached: true,
      stdio: ['ignore', logFile, logFile],
    })
    closeSync(logFile)
    this.#child = child
    child.on('error', (error) => log.error('Cannot start containerd', { err: error }))
    child.on('exit', (code, signal) => this.#ended(code ?? signal))
    if (child.pid !== undefined) void writeFile(layout.pidFile, `${child.pid}\n`)
  }

  #ended(how: number | string | null): void {
    this.#child = undefined
    if (this.#closed) return
    const { clock, log } = this.#options
    if (clock.monotonic() - this.#spawnedAt > steadyMs) this.#restartDelayMs = restartDelayMsMin
    log.error('containerd ended, starting it again', { exit: how, after: `${this.#restartDelayMs}ms` })
    this.#cancelRestart = clock.after(this.#restartDelayMs, () => void this.#startAgain())
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, restartDelayMsMax)
  }

  /** Never rejects. */
  async #startAgain(): Promise<void> {
    const { layout, clock, log } = this.#options
    let shims = await shimsOf(layout.socket)
    if (this.#closed) return
    this.#spawn()
    const child = this.#child
    const isCurrent = () => this.#child === child && !this.#closed
    while (isCurrent() && !(await this.#answers())) await sleep(clock, 100, never)
    // It may know a container still and forget its shim when it removes it: all of them are looked after, ever more seldom.
    for (let pauseMs = forgottenMsMin; isCurrent() && shims.length > 0; pauseMs *= 2) {
      shims = await endForgottenShims(layout, shims, { clock, log }).catch((error: unknown) => {
        log.warn('Could not end what containerd has forgotten', { err: String(error) })
        return shims
      })
      await sleep(clock, Math.min(pauseMs, forgottenMsMax), this.#closing.signal).catch(() => undefined)
    }
  }

  #answers(): Promise<boolean> {
    return this.#options.isReady().catch(() => false)
  }

  #lastWords(): string {
    return readFileSync(this.#options.layout.log, 'utf8').trim().split('\n').slice(-3).join(' / ')
  }
}
