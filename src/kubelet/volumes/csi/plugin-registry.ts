import { watch } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { Channel } from '../../cri/channel.ts'
import { Pause } from '../../pause.ts'
import { CsiDriver, type DriverNode } from './csi-driver.ts'
import { type PluginInfo, Registration } from './gen/registration_pb.ts'

/** A driver that made itself known. */
export interface RegisteredDriver {
  readonly driver: CsiDriver
  readonly node: DriverNode
}

/** What the registry is given. */
export interface RegistryOptions {
  /** Where plugins put the sockets by which they are asked who they are. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  /** Hears of all drivers whenever they may have changed, and again until it succeeds. */
  readonly changed: (drivers: readonly RegisteredDriver[]) => Promise<void>
}

const lookMs = 10_000
/** The wait after the API server did not take what it was told, doubled each time. */
const retryMs = { first: 1000, most: 60_000 } as const
/** A plugin takes a moment from making its socket to listening at it. */
const settleMs = 100
const deadlineMs = 10_000
const rpc = Registration.method

/** A socket: one that is made anew, as its print tells, is another one. */
interface Plugin {
  readonly print: string
  /** Kept for as long as the socket is there, whether it answers or not. */
  readonly channel: Channel
  step: 'new' | 'asked' | 'answered'
  registered?: RegisteredDriver
}

/** Keeps in line with the plugins of this node: a socket that comes is asked, one that goes takes its driver along. */
export class PluginRegistry {
  readonly #options: RegistryOptions
  readonly #plugins = new Map<string, Plugin>()
  #isTold = false
  #retryMs: number = retryMs.first
  #tellAt = 0
  #pause: Pause | undefined

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  /** The driver of that name. */
  find(name: string): RegisteredDriver | undefined {
    return this.#drivers().find(({ driver }) => driver.name === name)
  }

  /** Follows the folder until the signal fires. */
  async run(signal: Cancel): Promise<void> {
    const { folder, clock } = this.#options
    await mkdir(folder, { recursive: true, mode: 0o750 })
    const watcher = watch(folder, () => this.#pause?.shorten(settleMs))
    watcher.on('error', () => watcher.close())
    while (!signal.aborted) {
      const pause = new Pause(clock)
      this.#pause = pause
      await this.#look(signal)
      await this.#tell()
      const tellMs = this.#isTold ? lookMs : this.#tellAt - clock.monotonic()
      await pause.over(Math.max(0, Math.min(lookMs, tellMs)), signal)
    }
    watcher.close()
    for (const path of this.#plugins.keys()) this.#drop(path)
  }

  #drivers(): RegisteredDriver[] {
    return [...this.#plugins.values()].flatMap(({ registered }) => registered ?? [])
  }

  /** There is something new to tell, at once. */
  #change(): void {
    this.#isTold = false
    this.#retryMs = retryMs.first
    this.#tellAt = 0
  }

  #drop(path: string): void {
    const plugin = this.#plugins.get(path)
    this.#plugins.delete(path)
    plugin?.channel.close()
    plugin?.registered?.driver.close()
    if (plugin?.registered) this.#change()
  }

  async #tell(): Promise<void> {
    const now = this.#options.clock.monotonic()
    if (this.#isTold || now < this.#tellAt) return
    try {
      await this.#options.changed(this.#drivers())
      this.#isTold = true
    } catch (error) {
      this.#tellAt = now + this.#retryMs
      this.#retryMs = Math.min(retryMs.most, this.#retryMs * 2)
      this.#options.log.v(2, 'Cannot tell of the CSI drivers yet', { err: String(error) })
    }
  }

  async #look(signal: Cancel): Promise<void> {
    const { folder, clock } = this.#options
    const sockets = await socketsIn(folder)
    for (const [path, { print }] of this.#plugins) if (sockets.get(path) !== print) this.#drop(path)
    for (const [path, print] of sockets) {
      const known = this.#plugins.get(path)
      const plugin: Plugin = known ?? { print, channel: new Channel(`unix://${path}`, clock), step: 'new' }
      this.#plugins.set(path, plugin)
      if (plugin.step !== 'new') continue
      plugin.step = 'asked'
      // Not waited for: a plugin that does not answer must not keep the others from being known.
      void this.#register(plugin, signal).finally(() => {
        if (plugin.registered) this.#pause?.shorten(0)
      })
    }
  }

  async #register(plugin: Plugin, signal: Cancel): Promise<void> {
    const { channel } = plugin
    try {
      const info = await channel.call(rpc.getInfo, {}, deadlineMs, signal)
      const found = faultOf(info) ?? (await this.#meet(info, signal))
      const error = typeof found === 'string' ? found : ''
      plugin.step = 'answered'
      if (typeof found !== 'string') {
        // Its socket may have gone meanwhile.
        if (![...this.#plugins.values()].includes(plugin)) return found.driver.close()
        plugin.registered = found
        this.#change()
      } else this.#options.log.warn('Refused a plugin', { plugin: info.name, err: error })
      const status = { pluginRegistered: error === '', error }
      await channel.call(rpc.notifyRegistrationStatus, status, deadlineMs, signal)
    } catch (error) {
      if (plugin.step === 'asked') plugin.step = 'new'
      if (!signal.aborted) this.#options.log.v(2, 'A plugin does not answer', { err: String(error) })
    }
  }

  /** The driver behind a plugin, or why it is not taken. */
  async #meet({ name, endpoint }: PluginInfo, signal: Cancel): Promise<RegisteredDriver | string> {
    const driver = new CsiDriver(name, endpoint, this.#options.clock)
    try {
      return { driver, node: await driver.node(signal) }
    } catch (error) {
      driver.close()
      return error instanceof Error ? error.message : String(error)
    }
  }
}

function faultOf({ type, name, supportedVersions }: PluginInfo): string | undefined {
  if (type !== 'CSIPlugin') return `no handler registered for plugin type: ${type}`
  if (name === '') return 'a CSI driver must have a name'
  if (supportedVersions.some((version) => /^v?1\./.test(version))) return undefined
  return `failed to get highest supported version of ${name}: none of the CSI versions reported by this driver are supported`
}

async function socketsIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const name of await readdir(folder).catch(() => [])) {
    const at = await stat(join(folder, name)).catch(() => undefined)
    if (at?.isSocket()) found.set(join(folder, name), `${at.ino}/${at.ctimeMs}`)
  }
  return found
}
