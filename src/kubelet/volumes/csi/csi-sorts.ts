import type { PersistentSort } from '../claims/claim-sort.ts'
import type { VolumeSort } from '../volume.ts'
import { ephemeralHandle } from './csi-folders.ts'
import type { CsiVolumes } from './csi-volumes.ts'

/** Volumes of a driver that live with their pod. */
export const inlineCsiSort = (volumes: CsiVolumes): VolumeSort => ({
  has: ({ csi }) => csi !== undefined,
  isRefreshed: () => false,
  release: (uid, signal) => volumes.release(uid, signal),
  async make({ pod, uid, volume, signal }) {
    const {
      driver = '',
      fsType = '',
      readOnly = false,
      volumeAttributes = {},
      nodePublishSecretRef,
    } = volume.csi ?? {}
    const secret = nodePublishSecretRef && {
      ...nodePublishSecretRef,
      namespace: pod.metadata.namespace ?? '',
    }
    const source = {
      driver,
      handle: ephemeralHandle(uid, volume.name),
      name: volume.name,
      lifecycle: 'Ephemeral' as const,
      fsType,
      readOnly,
      accessModes: ['ReadWriteOnce'],
      mountOptions: [],
      attributes: volumeAttributes,
      ...(secret && { publishSecret: secret }),
    }
    return await volumes.make({ pod, uid, source, signal })
  },
})

/** Volumes of a driver behind a claim. */
export const persistentCsiSort = (volumes: CsiVolumes): PersistentSort => ({
  has: ({ csi }) => csi !== undefined,
  async make({ pod, uid, persistentVolume, spec, readOnly, signal }) {
    const csi = spec.csi ?? { driver: '', volumeHandle: '' }
    const source = {
      driver: csi.driver,
      handle: csi.volumeHandle,
      name: persistentVolume.metadata.name ?? '',
      lifecycle: 'Persistent' as const,
      fsType: csi.fsType ?? '',
      readOnly: readOnly || csi.readOnly === true,
      accessModes: spec.accessModes ?? [],
      mountOptions: spec.mountOptions ?? [],
      attributes: csi.volumeAttributes ?? {},
      ...(csi.nodeStageSecretRef && { stageSecret: csi.nodeStageSecretRef }),
      ...(csi.nodePublishSecretRef && { publishSecret: csi.nodePublishSecretRef }),
    }
    return await volumes.make({ pod, uid, source, signal })
  },
})
