import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { never } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import { runningProcess, stopProcess } from '../containerd/process.ts'

/** A registry on loopback, over plain HTTP. */
export interface Registry {
  /** `127.0.0.1:5000`: what stands before an image's name. */
  readonly host: string
  readonly pid: number
  close(): Promise<void>
}

const readyMsMax = 15_000

/** Starts Debian's docker-registry with its data below `folder`. @throws when it does not answer. */
export async function startRegistry(folder: string, port: number, clock: Clock): Promise<Registry> {
  await mkdir(join(folder, 'data'), { recursive: true })
  const host = `127.0.0.1:${port}`
  const config = join(folder, 'config.yml')
  const pidFile = join(folder, 'registry.pid')
  const left = await runningProcess(pidFile, config)
  if (left !== undefined) await stopProcess(left, clock)
  await writeFile(config, toRegistryConfig(join(folder, 'data'), host))
  const logFile = openSync(join(folder, 'registry.log'), 'w')
  const child = spawn('docker-registry', ['serve', config], {
    detached: true,
    stdio: ['ignore', logFile, logFile],
  })
  closeSync(logFile)
  const failure = new Promise<Error>((resolve) => {
    child.on('error', resolve)
    child.on('exit', (code) =>
      resolve(new Error(`docker-registry ended with ${code}: see ${folder}/registry.log`)),
    )
  })
  const error = await Promise.race([failure, untilReady(host, folder, clock)])
  if (error) throw error
  const pid = child.pid as number
  await writeFile(pidFile, `${pid}\n`)
  return {
    host,
    pid,
    async close() {
      await stopProcess(pid, clock)
      await rm(pidFile, { force: true })
    },
  }
}

const toRegistryConfig = (data: string, address: string) =>
  `version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: ${JSON.stringify(data)}
http:
  addr: ${address}
`

async function untilReady(host: string, folder: string, clock: Clock): Promise<Error | undefined> {
  const deadline = clock.monotonic() + readyMsMax
  while (clock.monotonic() < deadline) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined)
    if (answer?.ok === true) return undefined
    await sleep(clock, 50, never)
  }
  return new Error(`docker-registry does not answer on ${host}: see ${folder}/registry.log`)
}
