import { compareQuantity, parseQuantity } from '#base/quantity'
import type { AdmissionRule } from '../define.ts'
import type { PersistentVolumeClaim } from '../gen/core-v1.ts'
import type { StorageClass } from '../gen/storage-v1.ts'
import { classAnnotation } from './storage-class-annotation.ts'

const nothing = { nano: 0n, format: 'DecimalSI' } as const

const sizeOf = ({ spec }: PersistentVolumeClaim) =>
  parseQuantity(spec?.resources?.requests?.['storage'] ?? '0') ?? nothing

const classOf = ({ metadata, spec }: PersistentVolumeClaim) =>
  metadata.annotations?.[classAnnotation] ?? spec?.storageClassName ?? ''

/** A claim may ask for more than it has where its class lets volumes grow. */
export const growth: AdmissionRule<PersistentVolumeClaim> = {
  plugin: 'PersistentVolumeClaimResize',
  refusal(next, old, others) {
    if (!old || compareQuantity(sizeOf(next), sizeOf(old)) <= 0) return undefined
    const name = classOf(next)
    const storage = others.find('storage.k8s.io', 'storageclasses', name) as StorageClass | undefined
    if (name !== '' && name === classOf(old) && storage?.allowVolumeExpansion) return undefined
    return 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'
  },
}
