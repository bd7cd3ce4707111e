import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { parseQuantity, quantityValue } from '#base/quantity'
import type { EmptyDirVolumeSource } from '#kinds/gen/core-v1'
import { mountMemory } from './mounts.ts'

/** Makes a folder that lives as long as its pod; what it holds after a restart of the kubelet stays. */
export async function prepareEmptyDir(
  folder: string,
  { medium = '', sizeLimit }: EmptyDirVolumeSource,
  group: number | undefined,
): Promise<void> {
  const isNew = (await stat(folder).catch(() => undefined)) === undefined
  await mkdir(folder, { recursive: true })
  const limit = sizeLimit === undefined ? undefined : parseQuantity(sizeLimit)
  if (medium === 'Memory') await mountMemory(folder, limit && quantityValue(limit))
  if (!isNew) return
  if (group !== undefined) await chown(folder, -1, group)
  await chmod(folder, group === undefined ? 0o777 : 0o2777)
}
