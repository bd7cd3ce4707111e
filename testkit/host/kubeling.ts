// Starts our own programs as users do: the bundles, by their launchers.
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { type PlantedFault, plantFaults } from './planted-fault.ts'
import { type Running, freePort, start, tempDir, until } from './process.ts'

/** The launcher of one of our programs. */
export const program = (name: string) => resolve(import.meta.dirname, '../../bin', name)

/** An API server process and how to reach it. */
export interface RunningApiServer extends Running {
  readonly url: string
  readonly secureUrl: string
  readonly certDir: string
  readonly args: readonly string[]
}

const apiServerSource = resolve(import.meta.dirname, '../../src/bin/kube-apiserver.ts')

/**
 * Starts a kube-apiserver on free loopback ports and waits until it is ready. One with planted faults is run from its
 * sources, not from the bundle.
 */
export async function startApiServer(
  t: TestContext,
  args: readonly string[] = [],
  ports?: { insecure: number; secure: number },
  timeoutMs = 20_000,
  faults: readonly PlantedFault[] = [],
): Promise<RunningApiServer> {
  const insecure = ports?.insecure ?? (await freePort())
  const secure = ports?.secure ?? (await freePort())
  const own = (name: string) => args.some((arg) => arg.startsWith(`--${name}=`))
  const certDir = args.find((arg) => arg.startsWith('--cert-dir='))?.slice(11) ?? tempDir(t)
  const all = [
    ...(own('cert-dir') ? [] : [`--cert-dir=${certDir}`]),
    ...(own('data-dir') || own('etcd-servers') ? [] : [`--data-dir=${tempDir(t)}`]),
    ...args,
    '--bind-address=127.0.0.1',
    `--insecure-port=${insecure}`,
    `--secure-port=${secure}`,
  ]
  const running =
    faults.length === 0
      ? start(t, program('kube-apiserver'), all)
      : start(t, process.execPath, [apiServerSource, ...all], plantFaults(...faults))
  const url = `http://127.0.0.1:${insecure}`
  await until(
    `the API server on ${url}`,
    async () => {
      if (running.child.exitCode !== null) throw new Error(`the API server ended:\n${running.output()}`)
      return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok
    },
    timeoutMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${running.output()}`, { cause: error })
  })
  return { ...running, url, secureUrl: `https://127.0.0.1:${secure}`, certDir, args: all }
}
