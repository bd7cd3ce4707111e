// Real processes, ports, folders and waiting, for the end-to-end tests.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const undoings = new WeakMap<object, (() => unknown)[]>()

/** Undoes something at the test's end: what was done last is undone first, so a process ends before its folder goes. */
export function afterwards(t: Pick<TestContext, 'after'>, undo: () => unknown): void {
  const known = undoings.get(t)
  if (known !== undefined) return void known.push(undo)
  const all = [undo]
  undoings.set(t, all)
  t.after(async () => {
    for (const one of all.reverse()) await one()
  })
}

/** A child process with what it has printed so far. */
export interface Running {
  readonly pid: number
  readonly child: ChildProcess
  /** Everything on stdout and stderr so far. */
  output(): string
  /** Sends a signal and waits for the end; gives the exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | string>
}

/** Starts a program; the test's end kills it. */
export function start(
  t: TestContext,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Running {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    const [code, killedBy] = await ended
    return code ?? killedBy ?? 0
  }
  afterwards(t, () => stop('SIGKILL'))
  return { pid: child.pid as number, child, output: () => text, stop }
}

/** What a finished command printed. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; input?: string; cwd?: string; timeoutMs?: number } = {},
): Promise<Finished> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: options.timeoutMs ?? 60_000,
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  return {
    code: code ?? -1,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  }
}

/** A folder that the test's end removes. */
export function tempDir(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'kubeling-test-'))
  afterwards(t, () => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A loopback port that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until `condition` gives something other than undefined or false, trying every 50 ms. @throws after `timeoutMs`, naming `what`. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (performance.now() > deadline) throw new Error(`gave up waiting for ${what} after ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
