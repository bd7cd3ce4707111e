import type { Pod } from '#kinds/gen/core-v1'
import type { ContainerHandle, PodManager } from '../contract.ts'
import type { Call } from './contract.ts'
import { Refusal } from './refusal.ts'

/** The pod that a path names: namespace, name and sometimes uid. @throws Refusal 404. */
export function podOf(pods: PodManager, namespace: string, name: string, uid?: string): Pod {
  const pod = pods.find(namespace, name, uid)
  if (pod === undefined) throw new Refusal(404, 'pod does not exist')
  return pod
}

/** The running container that a path names: namespace, pod, sometimes uid, container. @throws Refusal. */
export function containerOf(pods: PodManager, { parts }: Call): ContainerHandle {
  const [namespace = '', name = ''] = parts
  const container = parts.at(-1) ?? ''
  if (parts.length < 3 || parts.length > 4) throw new Refusal(404, '404 page not found')
  const pod = podOf(pods, namespace, name, parts.length === 4 ? parts[2] : undefined)
  const handle = pods.container(pod.metadata.uid ?? '', container)
  if (handle?.state !== 'running')
    throw new Refusal(500, `container not found (${JSON.stringify(container)})`)
  return handle
}
