// The programs that are measured, started as their own processes on free ports, and ended with this one.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'

/** A process that answers on a port. */
export interface Subject {
  readonly port: number
  readonly pid: number
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

/** Starts a program and resolves when `path` answers 200. */
async function startProgram(
  words: readonly string[],
  port: number,
  path: string,
  folder: string,
): Promise<Subject> {
  const child = spawn(process.execPath, words, { stdio: 'ignore' })
  const kill = () => child.kill('SIGKILL')
  process.on('exit', kill)
  await untilReady(`http://127.0.0.1:${port}${path}`, child)
  child.unref()
  return {
    port,
    pid: child.pid as number,
    async stop() {
      child.ref()
      const ended = once(child, 'exit')
      kill()
      await ended
      process.off('exit', kill)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error(`the program ended with ${child.exitCode} before it was ready`)
}

/** The built API server on the embedded store in a fresh folder, with further flags. */
export async function startOurs(...flags: readonly string[]): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-bench-'))
  const [port, securePort] = [await freePort(), await freePort()]
  const words = [
    join(root, 'dist/bin/kube-apiserver.js'),
    `--insecure-port=${port}`,
    `--secure-port=${securePort}`,
    '--bind-address=127.0.0.1',
    `--data-dir=${join(folder, 'data')}`,
    `--cert-dir=${join(folder, 'pki')}`,
    ...flags,
  ]
  return startProgram(words, port, '/readyz', folder)
}

/** The bare server of floor-server.ts; it sends the file's bytes. */
export async function startFloor(bytesFile: string): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-bench-'))
  const port = await freePort()
  // As plain JavaScript: reading TypeScript would cost the floor memory and time of its own.
  const code = stripTypeScriptTypes(readFileSync(join(root, 'bench/floor-server.ts'), 'utf8'))
  const words = ['--input-type=module', '-e', code, String(port), bytesFile, join(folder, 'written')]
  return startProgram(words, port, '/ready', folder)
}
