// The programs that are measured, started as their own processes on free ports, and ended with this one.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask } from './load/ask.ts'
import type { Target } from './load/connection.ts'
import { openH1 } from './load/h1.ts'

/** A server that is measured; without a process when it is somewhere else. */
export interface Subject {
  readonly target: Target
  readonly pid: number | undefined
  /** From its start until it was ready. */
  readonly startMs: number
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A folder that goes with this process. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a program and resolves when `path` is answered with success. */
async function startProgram(words: readonly string[], target: Target, path: string): Promise<Subject> {
  const began = performance.now()
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (piece: Buffer) => (complaints = (complaints + piece.toString()).slice(-4000)))
  const kill = () => child.kill('SIGKILL')
  process.on('exit', kill)
  await untilReady(target, path, child, () => complaints)
  const startMs = performance.now() - began
  return {
    target,
    pid: child.pid,
    startMs,
    async stop() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined
      kill()
      await ended
      process.off('exit', kill)
    },
  }
}

async function untilReady(
  target: Target,
  path: string,
  child: ChildProcess,
  complaints: () => string,
): Promise<void> {
  while (child.exitCode === null) {
    if (await answers(target, path)) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error(`the program ended with ${child.exitCode} before it was ready: ${complaints()}`)
}

async function answers(target: Target, path: string): Promise<boolean> {
  try {
    const connection = await openH1(target)
    await ask(connection, { method: 'GET', path }).finally(() => connection.close())
    return true
  } catch {
    return false
  }
}

/** The built API server as users start it: on its embedded store in a fresh folder, TLS only, nobody anonymous. */
export async function startOurs(...options: readonly string[]): Promise<Subject> {
  const program = join(root, 'dist/bin/kube-apiserver.js')
  if (!existsSync(program)) throw new Error('dist/bin/kube-apiserver.js is missing: run npm run build')
  const folder = tempFolder()
  const token = 'bench'
  const tokens = join(folder, 'tokens.csv')
  writeFileSync(tokens, `${token},bench,1,"system:masters"\n`)
  const port = await freePort()
  const words = [
    program,
    '--insecure-port=0',
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--anonymous-auth=false',
    `--token-auth-file=${tokens}`,
    `--data-dir=${join(folder, 'data')}`,
    `--cert-dir=${join(folder, 'pki')}`,
    ...options,
  ]
  return startProgram(words, { host: '127.0.0.1', port, token }, '/readyz')
}

/** The bare server of floor-server.ts. */
export async function startFloor(
  bytes: Uint8Array,
  pair: { certificate: string; key: string },
): Promise<Subject> {
  const folder = tempFolder()
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const port = await freePort()
  // As plain JavaScript: reading TypeScript would cost the floor memory and time of its own.
  const code = stripTypeScriptTypes(readFileSync(join(root, 'bench/floor-server.ts'), 'utf8'))
  const words = [
    file('floor.mjs', code),
    String(port),
    file('bytes', bytes),
    file('tls.crt', pair.certificate),
    file('tls.key', pair.key),
    join(folder, 'written'),
  ]
  return startProgram(words, { host: '127.0.0.1', port, token: undefined }, '/')
}
