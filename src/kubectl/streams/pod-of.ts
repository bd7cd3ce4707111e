import type { Client } from '#client'
import type { Pod } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import { KubectlError } from '../fault.ts'
import type { Factory } from '../factory.ts'
import { type Io, complain } from '../io.ts'
import { pods } from '../resources/pods.ts'

/** The pod that `NAME` or `TYPE/NAME` stands for; of what selects pods, one of them. */
export async function podOf(word: string, factory: Factory): Promise<Pod> {
  const client = await factory.client()
  const { namespace } = await factory.namespace()
  const [type, name] = word.includes('/') ? (word.split('/') as [string, string]) : ['pods', word]
  const resource = await (await factory.mapper()).byWord(type)
  const object = await client.get<KubeObject>(resource, name, { namespace })
  return resource.kind === 'Pod' ? (object as Pod) : selectedPod(client, object, namespace)
}

async function selectedPod(client: Client, object: KubeObject, namespace: string): Promise<Pod> {
  const { spec } = object as { spec?: { selector?: Record<string, unknown> } }
  const labels = (spec?.selector?.['matchLabels'] ?? spec?.selector) as Record<string, string> | undefined
  if (!labels) throw new KubectlError(`cannot attach to ${object.kind}: it selects no pods`)
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  const { items } = await client.list<Pod>(pods, { namespace, labelSelector })
  const [best] = items.toSorted((a, b) => Number(isRunning(b)) - Number(isRunning(a)))
  if (!best) throw new KubectlError(`no pods found with labels ${labelSelector} in namespace ${namespace}`)
  return best
}

const isRunning = ({ status }: Pod) => status?.phase === 'Running'

const defaultContainer = 'kubectl.kubernetes.io/default-container'

/** The container that is meant: the one that is named, the one that the pod prefers, or the first; says which of several. */
export function containerOf(pod: Pod, wanted: string, io: Io, isQuiet: boolean): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {}
  const all = [...containers, ...initContainers, ...ephemeralContainers]
  if (wanted !== '') {
    if (all.some(({ name }) => name === wanted)) return wanted
    throw new KubectlError(`container ${wanted} not found in pod ${pod.metadata?.name}`)
  }
  const preferred = pod.metadata?.annotations?.[defaultContainer]
  if (preferred !== undefined && all.some(({ name }) => name === preferred)) return preferred
  const first = containers[0]?.name ?? ''
  if (all.length > 1 && !isQuiet)
    complain(io, `Defaulted container ${JSON.stringify(first)} out of: ${listing(pod)}\n`)
  return first
}

function listing({ spec }: Pod): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {}
  return [
    ...containers.map(({ name }) => name),
    ...ephemeralContainers.map(({ name }) => `${name} (ephem)`),
    ...initContainers.map(({ name }) => `${name} (init)`),
  ].join(', ')
}
