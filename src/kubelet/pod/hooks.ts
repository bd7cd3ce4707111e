import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { onCancel, type Cancel } from '#base/cancel'
import { sleep, type Clock } from '#base/clock'
import type { Container, HTTPGetAction, LifecycleHandler } from '#kinds/gen/core-v1'
import type { Runtime } from '../contract.ts'

/** What a hook runs against. */
export interface HookTarget {
  readonly runtime: Runtime
  readonly clock: Clock
  readonly containerId: string
  readonly container: Container
  readonly podIP: string
}

/** A hook that did not do what it should. */
export class HookError extends Error {
  override readonly name = 'HookError'
}

/** Runs what a container asks for after its start or before its end. @throws HookError with upstream's words. */
export async function runHook(hook: LifecycleHandler, target: HookTarget, signal: Cancel): Promise<void> {
  if (hook.exec) {
    const command = hook.exec.command ?? []
    const { exitCode, stdout, stderr } = await target.runtime.execSync(target.containerId, command, 0, signal)
    if (exitCode === 0) return
    const output = Buffer.concat([stdout, stderr]).toString('utf8')
    throw new HookError(`command '${command.join(' ')}' exited with ${exitCode}: ${output}`)
  }
  if (hook.httpGet) return await get(hook.httpGet, target, signal)
  if (hook.sleep) return await sleep(target.clock, hook.sleep.seconds * 1000, signal)
}

/** A port by number, or by the name that the container gives it. */
function portOf({ port }: HTTPGetAction, { ports = [] }: Container): number {
  if (typeof port === 'number') return port
  const named = ports.find(({ name }) => name === port)?.containerPort ?? Number(port)
  if (!Number.isInteger(named) || named <= 0)
    throw new HookError(`failed to find port ${JSON.stringify(port)}`)
  return named
}

function get(action: HTTPGetAction, target: HookTarget, signal: Cancel): Promise<void> {
  const { host = target.podIP, path = '/', scheme = 'HTTP', httpHeaders = [] } = action
  const port = portOf(action, target.container)
  const options = {
    host,
    port,
    path: path.startsWith('/') ? path : `/${path}`,
    headers: {
      'user-agent': 'kube-lifecycle/1.36',
      ...Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value])),
    },
    agent: false as const,
  }
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      release()
      if (error) reject(error)
      else resolve()
    }
    const answered = (response: IncomingMessage) => {
      response.resume()
      const { statusCode = 0 } = response
      done(statusCode < 400 ? undefined : new HookError(`HTTP probe failed with statuscode: ${statusCode}`))
    }
    const asking =
      scheme === 'HTTPS'
        ? // Upstream does not check the certificates of pods either: they have none that the node could know.
          tlsRequest({ ...options, rejectUnauthorized: false }, answered)
        : plainRequest(options, answered)
    const release = onCancel(signal, () => void asking.destroy(new Error('aborted')))
    asking.on('error', done)
    asking.end()
  })
}
