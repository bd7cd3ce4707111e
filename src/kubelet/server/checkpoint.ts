import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { timeOf } from '#base/time'
import type { Pod } from '#kinds/gen/core-v1'
import { wordsOf } from '../pod/problem.ts'
import { podOf } from './container-target.ts'
import type { Endpoint, KubeletServerOptions } from './contract.ts'
import { json, Refusal } from './refusal.ts'

/** `/checkpoint/namespace/pod/container`: has the runtime write what a container is now to a file of the node. */
export function checkpointEndpoint({
  pods,
  runtime,
  clock,
  checkpointFolder,
}: KubeletServerOptions): Endpoint {
  return async ({ parts, query, request }) => {
    const [namespace = '', name = '', container = ''] = parts
    if (parts.length !== 3) throw new Refusal(404, '404 page not found')
    const pod = podOf(pods, namespace, name)
    if (!hasContainer(pod, container)) throw new Refusal(404, `container ${container} does not exist`)
    const timeout = query.getAll('timeout').at(-1) ?? '0'
    if (!/^[+-]?\d+$/.test(timeout)) throw new Refusal(404, 'cannot parse value of timeout parameter')
    const file = `checkpoint-${name}_${namespace}-${container}-${timeOf(clock.now())}.tar`
    const location = join(checkpointFolder, file)
    try {
      const handle = pods.container(pod.metadata.uid ?? '', container)
      if (!handle) throw new Error(`container ${container} not found`)
      await mkdir(checkpointFolder, { recursive: true, mode: 0o700 })
      await runtime.checkpointContainer(handle.id, location, Number(timeout), request.signal)
    } catch (error) {
      const where = `${namespace}/${name}/${container}`
      throw new Refusal(500, `checkpointing of ${where} failed (${wordsOf(error)})`)
    }
    return json({ items: [location] })
  }
}

const hasContainer = ({ spec }: Pod, name: string) =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])].some(
    (one) => one.name === name,
  )
