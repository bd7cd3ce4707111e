import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import { rangeText } from '#schema/field-names'
import { dnsLabelFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type {
  CSIPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  PersistentVolumeSpec,
  SecretReference,
  Volume,
} from '../gen/core-v1.ts'
import { driverNameErrors } from './driver-name.ts'
import { backstepErrors } from './pod/paths.ts'
import { isInitiatorName, missing, sourceChecks, type VolumeSourceName } from './pod/volume-sources.ts'

/** Names of the fields of a persistent volume that tell where it comes from, in the order in which upstream looks. */
export const volumeSourceNames = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const satisfies readonly (keyof PersistentVolumeSpec)[]

type SourceName = (typeof volumeSourceNames)[number]
type SourceCheck = (spec: PersistentVolumeSpec, volumeName: string, path: string) => Iterable<FieldError>

function* initiatorErrors(name: string, path: string): Iterable<FieldError> {
  if (!isInitiatorName(name)) yield invalid(path, name, 'must be valid format')
}

function* iscsiErrors(
  iscsi: ISCSIPersistentVolumeSource,
  volumeName: string,
  path: string,
): Iterable<FieldError> {
  const { targetPortal, iqn, lun, initiatorName, secretRef } = iscsi
  yield* missing(iscsi, ['targetPortal'], path)
  if (initiatorName !== undefined && `${volumeName}:${targetPortal}`.length > 64) {
    const text =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'
    yield invalid(`${path}.targetportal`, targetPortal, text)
  }
  if (iqn === '') yield required(`${path}.iqn`)
  else yield* initiatorErrors(iqn, `${path}.iqn`)
  if (lun < 0 || lun > 255) yield invalid(`${path}.lun`, lun, rangeText(0, 255))
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !secretRef) yield required(`${path}.secretRef`)
  if (secretRef) yield* missing(secretRef, ['name'], `${path}.secretRef`)
  if (initiatorName !== undefined) yield* initiatorErrors(initiatorName, `${path}.initiatorname`)
}

function* secretErrors(secret: SecretReference | undefined, path: string): Iterable<FieldError> {
  if (!secret) return
  const { name = '', namespace = '' } = secret
  if (name === '') yield required(`${path}.name`)
  else yield* eachFault(`${path}.name`, name, subdomainFaults(name))
  if (namespace === '') yield required(`${path}.namespace`)
  else yield* eachFault(`${path}.namespace`, namespace, dnsLabelFaults(namespace))
}

const csiSecrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const

function* csiErrors(csi: CSIPersistentVolumeSource, path: string): Iterable<FieldError> {
  yield* driverNameErrors(csi.driver, `${path}.driver`)
  yield* missing(csi, ['volumeHandle'], path)
  for (const name of csiSecrets) yield* secretErrors(csi[name], `${path}.${name}`)
}

/** Sources that are checked otherwise than those of pods' volumes. */
const ownChecks: { readonly [name in SourceName]?: SourceCheck } = {
  *glusterfs({ glusterfs }, _name, path) {
    yield* missing(glusterfs, ['endpoints', 'path'], path)
    const { endpointsNamespace: namespace } = glusterfs ?? {}
    const at = `${path}.endpointsNamespace`
    if (namespace === '') {
      yield invalid(at, '', 'if the endpointnamespace is set, it must be a valid namespace name')
    } else if (namespace !== undefined) yield* eachFault(at, namespace, dnsLabelFaults(namespace))
  },
  *iscsi({ iscsi }, name, path) {
    if (iscsi) yield* iscsiErrors(iscsi, name, path)
  },
  *cinder({ cinder }, _name, path) {
    yield* missing(cinder, ['volumeID'], path)
    if (cinder?.secretRef) yield* missing(cinder.secretRef, ['name', 'namespace'], `${path}.secretRef`)
  },
  *azureFile({ azureFile }, _name, path) {
    yield* missing(azureFile, ['secretName', 'shareName'], path)
    if (azureFile?.secretNamespace === '') yield required(`${path}.secretNamespace`)
  },
  *local({ local, nodeAffinity }, _name, path) {
    yield* missing(local, ['path'], path)
    yield* backstepErrors(local?.path ?? '', `${path}.path`)
    if (nodeAffinity) return
    yield required(path.replace(/local$/, 'nodeAffinity'), 'Local volume requires node affinity')
  },
  *storageos({ storageos }, _name, path) {
    const { volumeName = '', volumeNamespace = '', secretRef } = storageos ?? {}
    if (volumeName === '') yield required(`${path}.volumeName`)
    else yield* eachFault(`${path}.volumeName`, volumeName, dnsLabelFaults(volumeName))
    if (volumeNamespace !== '') {
      yield* eachFault(`${path}.volumeNamespace`, volumeNamespace, dnsLabelFaults(volumeNamespace))
    }
    if (secretRef) yield* missing(secretRef, ['name', 'namespace'], `${path}.secretRef`)
  },
  *csi({ csi }, _name, path) {
    if (csi) yield* csiErrors(csi, path)
  },
}

function sourceErrors(
  spec: PersistentVolumeSpec,
  name: SourceName,
  volumeName: string,
  path: string,
): Iterable<FieldError> {
  const own = ownChecks[name]
  if (own) return own(spec, volumeName, `${path}.${name}`)
  const volume = { name: volumeName, [name]: spec[name] } as Volume
  return sourceChecks[name as VolumeSourceName]?.(volume, path, '') ?? []
}

/** Faults of where a volume comes from: one source, and that complete. */
export function* volumeSourceErrors(
  spec: PersistentVolumeSpec,
  volumeName: string,
  path: string,
): Iterable<FieldError> {
  let count = 0
  for (const name of volumeSourceNames) {
    if (spec[name] === undefined) continue
    // Upstream never refuses this one as one too many.
    if (count > 0 && name !== 'flexVolume') {
      const field = name === 'cephfs' ? 'cephFS' : name
      yield fieldForbidden(`${path}.${field}`, 'may not specify more than 1 volume type')
      continue
    }
    count++
    yield* sourceErrors(spec, name, volumeName, path)
  }
  if (count === 0) yield required(path, 'must specify a volume type')
}
