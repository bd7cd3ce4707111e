import type { ContainerStatus, Pod } from '#kinds/gen/core-v1'
import { Refusal } from '../refusal.ts'

const waits: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
}

/** Whether the pod has a container of that name, of any sort. */
export function hasContainer({ spec }: Pod, name: string): boolean {
  const all = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ]
  return all.some((one) => one.name === name)
}

/** Why a container has no log, in the words that clients know. */
export function noLog(pod: Pod, name: string, previous: boolean): Refusal {
  const what = `container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)}`
  const status = statusOf(pod, name)
  if (!status) return new Refusal(400, `${what} is not available`)
  if (previous) return new Refusal(400, `previous terminated ${what} not found`)
  const { waiting, terminated } = status.state ?? {}
  if (terminated) return new Refusal(400, `${what} is terminated`)
  if (!waiting) return new Refusal(400, `${what} is waiting to start - no logs yet`)
  const why = waits[waiting.reason ?? ''] ?? waiting.reason ?? ''
  return new Refusal(400, `${what} is waiting to start: ${why}`)
}

function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  const all = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ]
  return all.find((one) => one.name === name)
}
