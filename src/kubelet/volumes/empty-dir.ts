import { chmod, chown, mkdir } from 'node:fs/promises'
import type { Cancel } from '#base/cancel'
import { parseQuantity, quantityValue } from '#base/quantity'
import type { EmptyDirVolumeSource, Pod } from '#kinds/gen/core-v1'
import { mountMemory } from './mounts.ts'
import { VolumeError } from './payload.ts'
import type { RunTool } from './run-tool.ts'

/** What the size of a folder in memory is limited by. */
export interface MemoryBounds {
  readonly sizeLimit: string | undefined
  readonly pod: Pod
  /** What pods on this node may use, all of them together. */
  readonly allocatableBytes: number
}

const bytesOf = (text: string | undefined): number | undefined => {
  const quantity = text === undefined ? undefined : parseQuantity(text)
  return quantity === undefined ? undefined : quantityValue(quantity)
}

/** The memory that a pod may use at most; undefined when one of its containers may use any. */
export function memoryLimitOf({ spec }: Pod): number | undefined {
  const whole = bytesOf(spec?.resources?.limits?.memory)
  if (whole !== undefined) return whole
  const limits = (spec?.containers ?? []).map(({ resources }) => bytesOf(resources?.limits?.memory))
  return limits.reduce<number | undefined>(
    (sum, limit) => (sum === undefined || limit === undefined ? undefined : sum + limit),
    0,
  )
}

/** How large a folder in memory may become: the least of its own limit, the pod's and the node's. */
export function memoryFolderBytes({ sizeLimit, pod, allocatableBytes }: MemoryBounds): number {
  const limits = [bytesOf(sizeLimit), memoryLimitOf(pod)].filter(
    (limit) => limit !== undefined && limit > 0,
  ) as number[]
  return Math.min(allocatableBytes, ...limits)
}

/** Makes a folder that lives as long as its pod; what it holds after a restart of the kubelet stays. @throws VolumeError */
export async function prepareEmptyDir(
  run: RunTool,
  folder: string,
  { medium = '', sizeLimit }: EmptyDirVolumeSource,
  { pod, allocatableBytes }: Omit<MemoryBounds, 'sizeLimit'>,
  signal?: Cancel,
): Promise<void> {
  if (medium.startsWith('HugePages'))
    throw new VolumeError(`storage medium ${JSON.stringify(medium)} is not supported by this node`)
  if (medium !== '' && medium !== 'Memory')
    throw new VolumeError(`unknown storage medium ${JSON.stringify(medium)}`)
  await mkdir(folder, { recursive: true, mode: 0o750 })
  if (medium === 'Memory')
    await mountMemory(run, folder, memoryFolderBytes({ sizeLimit, pod, allocatableBytes }), signal)
  const group = pod.spec?.securityContext?.fsGroup
  if (group !== undefined) await chown(folder, -1, group)
  await chmod(folder, group === undefined ? 0o777 : 0o2777)
}
