import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { never } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import { type Log, silent } from '#base/log'
import { runningProcess, stopProcess } from '../containerd/process.ts'

/** A registry on loopback, over plain HTTP; started again when it dies. */
export interface Registry {
  /** `127.0.0.1:5000`: what stands before an image's name. */
  readonly host: string
  pid(): number | undefined
  close(): Promise<void>
}

const readyMsMax = 15_000
const restartDelayMs = 1000

/** Starts Debian's docker-registry with its data below `folder`. @throws when it does not answer. */
export async function startRegistry(
  folder: string,
  port: number,
  clock: Clock,
  log: Log = silent,
): Promise<Registry> {
  await mkdir(join(folder, 'data'), { recursive: true })
  const host = `127.0.0.1:${port}`
  const config = join(folder, 'config.yml')
  const left = await runningProcess(join(folder, 'registry.pid'), config)
  if (left !== undefined) await stopProcess(left, clock)
  await writeFile(config, toRegistryConfig(folder, host))
  const registry = new RegistryProcess(folder, host, clock, log)
  await registry.start()
  return registry
}

class RegistryProcess implements Registry {
  readonly host: string
  readonly #folder: string
  readonly #clock: Clock
  readonly #log: Log
  #child: ChildProcess | undefined
  #isClosed = false
  #cancelRestart = () => {}

  constructor(folder: string, host: string, clock: Clock, log: Log) {
    this.#folder = folder
    this.host = host
    this.#clock = clock
    this.#log = log
  }

  pid(): number | undefined {
    return this.#child?.pid
  }

  /** Runs it and waits for its first answer. */
  async start(): Promise<void> {
    const child = this.#spawn()
    const failure = new Promise<Error>((resolve) => {
      child.once('error', resolve)
      child.once('exit', (code) => resolve(new Error(`docker-registry ended with ${code}${this.#seeLog()}`)))
    })
    const error = await Promise.race([failure, this.#untilReady()])
    if (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelRestart()
    const pid = this.pid()
    if (pid !== undefined) await stopProcess(pid, this.#clock)
    await rm(this.#pidFile, { force: true })
  }

  get #pidFile(): string {
    return join(this.#folder, 'registry.pid')
  }

  #spawn(): ChildProcess {
    const logFile = openSync(join(this.#folder, 'registry.log'), 'a')
    // Its own session: Ctrl-C in the terminal is for us, who need it until the pods have ended.
    const child = spawn('docker-registry', ['serve', join(this.#folder, 'config.yml')], {
      detached: true,
      stdio: ['ignore', logFile, logFile],
    })
    closeSync(logFile)
    this.#child = child
    child.on('error', (error) => this.#log.error('Cannot start the registry', { err: error }))
    child.on('exit', (code, signal) => this.#ended(code ?? signal))
    if (child.pid !== undefined) void writeFile(this.#pidFile, `${child.pid}\n`)
    return child
  }

  #ended(how: number | string | null): void {
    this.#child = undefined
    if (this.#isClosed) return
    this.#log.error('The registry ended, starting it again', { exit: how })
    this.#cancelRestart = this.#clock.after(restartDelayMs, () => void this.#spawn())
  }

  async #untilReady(): Promise<Error | undefined> {
    const deadline = this.#clock.monotonic() + readyMsMax
    while (this.#clock.monotonic() < deadline) {
      const answer = await fetch(`http://${this.host}/v2/`).catch(() => undefined)
      // Another registry may have taken the port a moment before: only the mark says that it is ours.
      if (answer?.ok === true && answer.headers.get(markHeader) === markOf(this.#folder)) return undefined
      await sleep(this.#clock, 50, never)
    }
    return new Error(`docker-registry does not answer on ${this.host}${this.#seeLog()}`)
  }

  #seeLog(): string {
    return `: see ${this.#folder}/registry.log`
  }
}

const markHeader = 'x-kubeling-folder'
const markOf = (folder: string) => encodeURIComponent(folder)

const toRegistryConfig = (folder: string, address: string) =>
  `version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: ${JSON.stringify(join(folder, 'data'))}
http:
  addr: ${address}
  headers:
    ${markHeader}: [${JSON.stringify(markOf(folder))}]
`
