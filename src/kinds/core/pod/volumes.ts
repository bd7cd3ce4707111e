import { duplicate, type FieldError, fieldForbidden, required } from '#base/field-error'
import { dnsLabelFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { PodSpec, Volume } from '../../gen/core-v1.ts'
import { sourceChecks, type VolumeSourceName } from './volume-sources.ts'

/** Sources in the order in which upstream looks for them, which decides which one is one too many. */
const order: readonly VolumeSourceName[] = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
]

/** Where upstream's refusal of one source too many spells it otherwise. */
const spelled: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

function* sourceErrors(volume: Volume, podName: string, path: string): Iterable<FieldError> {
  const [first, ...more] = order.filter((name) => volume[name] !== undefined)
  if (first === undefined) {
    yield required(path, 'must specify a volume type')
    return
  }
  yield* sourceChecks[first]?.(volume, path, podName) ?? []
  for (const name of more) {
    yield fieldForbidden(`${path}.${spelled[name] ?? name}`, 'may not specify more than 1 volume type')
  }
}

function* nameErrors(name: string, isTaken: boolean, path: string): Iterable<FieldError> {
  if (name === '') yield required(path)
  else yield* eachFault(path, name, dnsLabelFaults(name))
  if (isTaken) yield duplicate(path, name)
}

/** Checks a pod's volumes; gives the sound ones, which its containers may mount. */
export function checkVolumes(
  { volumes = [] }: PodSpec,
  podName: string,
): { readonly sound: ReadonlyMap<string, Volume>; readonly errors: readonly FieldError[] } {
  const sound = new Map<string, Volume>()
  const errors: FieldError[] = []
  for (const [i, volume] of volumes.entries()) {
    const path = `spec.volumes[${i}]`
    const wrong = [
      ...sourceErrors(volume, podName, path),
      ...nameErrors(volume.name, sound.has(volume.name), `${path}.name`),
    ]
    if (wrong.length === 0) sound.set(volume.name, volume)
    errors.push(...wrong)
  }
  return { sound, errors }
}
