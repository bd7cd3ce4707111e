import type { NodeLink } from '../define.ts'
import type { PersistentVolume, PersistentVolumeSpec } from '../gen/core-v1.ts'
import { coreObject, linksTo } from '../node-link.ts'

interface SecretName {
  readonly name?: string
  readonly namespace?: string
}

/** The secrets that a kubelet needs to mount a volume; those of controllers are none of its business. */
const secretsOf = (spec: PersistentVolumeSpec): (SecretName | undefined)[] => [
  spec.azureFile && { name: spec.azureFile.secretName, namespace: spec.azureFile.secretNamespace ?? '' },
  spec.cephfs?.secretRef,
  spec.cinder?.secretRef,
  spec.flexVolume?.secretRef,
  spec.iscsi?.secretRef,
  spec.rbd?.secretRef,
  spec.scaleIO?.secretRef,
  spec.storageos?.secretRef,
  spec.csi?.nodePublishSecretRef,
  spec.csi?.nodeStageSecretRef,
  spec.csi?.nodeExpandSecretRef,
]

/** A volume leads where its claim leads, and so do its secrets. */
export function volumeNodeLinks({ metadata, spec }: PersistentVolume): NodeLink[] {
  const claim = spec?.claimRef
  if (spec === undefined || claim === undefined) return []
  const { name = '', namespace = '' } = claim
  const own = { group: '', plural: 'persistentvolumes', namespace: '', name: metadata.name ?? '' }
  const secrets = secretsOf(spec).filter((secret) => (secret?.name ?? '') !== '') as SecretName[]
  return [
    { from: own, to: coreObject('persistentvolumeclaims', namespace, name) },
    ...linksTo(
      own,
      secrets.map((secret) => coreObject('secrets', secret.namespace || namespace, secret.name as string)),
    ),
  ]
}
