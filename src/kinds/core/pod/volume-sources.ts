import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { parseQuantity } from '#base/quantity'
import { rangeText } from '#schema/field-names'
import { dnsLabelFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { AzureDiskVolumeSource, ISCSIVolumeSource, Volume } from '../../gen/core-v1.ts'
import { templateMetaErrors } from '../../template-meta-errors.ts'
import { claimSpecErrors } from '../claim-spec.ts'
import { driverNameErrors } from '../driver-name.ts'
import { backstepErrors, descendingPathErrors, modeErrors } from './paths.ts'
import { downwardFileErrors, keyPathErrors, projectedErrors } from './volume-files.ts'

/** Names of the fields of a volume that tell where it comes from. */
export type VolumeSourceName = Exclude<keyof Volume, 'name'>

type SourceCheck = (volume: Volume, path: string, podName: string) => Iterable<FieldError>

/** Faults of texts that a source must have. */
export function* missing(
  source: object | undefined,
  names: readonly string[],
  path: string,
): Iterable<FieldError> {
  for (const name of names) {
    const value = (source as Record<string, unknown> | undefined)?.[name]
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
      yield required(`${path}.${name}`)
    }
  }
}

const requires =
  (name: VolumeSourceName, ...fields: readonly string[]): SourceCheck =>
  (volume, path) =>
    missing(volume[name], fields, `${path}.${name}`)

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

function* partitionErrors(partition: number | undefined, path: string): Iterable<FieldError> {
  if (partition !== undefined && (partition < 0 || partition > 255)) {
    yield invalid(`${path}.partition`, partition, rangeText(1, 255))
  }
}

const initiator =
  /^(?:iqn\.\d{4}-\d{2}\.[A-Za-z0-9\-.]+:[^,;*&$|\s]+|eui.[A-Za-z0-9]{16}|naa.[A-Za-z0-9]{32})$/

/** Whether a name is one that iSCSI devices have. */
export const isInitiatorName = (name: string): boolean => initiator.test(name)

function* iscsiNameErrors(name: string, path: string): Iterable<FieldError> {
  if (!/^(?:iqn|eui|naa)/.test(name)) {
    yield invalid(path, name, 'must be valid format starting with iqn, eui, or naa')
  } else if (!isInitiatorName(name)) yield invalid(path, name, 'must be valid format')
}

function* iscsiErrors(iscsi: ISCSIVolumeSource, volumeName: string, path: string): Iterable<FieldError> {
  const { targetPortal, iqn, lun, initiatorName, secretRef } = iscsi
  yield* missing(iscsi, ['targetPortal', 'iqn'], path)
  if (iqn !== '') yield* iscsiNameErrors(iqn, `${path}.iqn`)
  if (lun < 0 || lun > 255) yield invalid(`${path}.lun`, lun, rangeText(0, 255))
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !secretRef) yield required(`${path}.secretRef`)
  if (initiatorName === undefined) return
  yield* iscsiNameErrors(initiatorName, `${path}.initiatorname`)
  if (`${volumeName}:${targetPortal}`.length > 64) {
    const text =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'
    yield invalid(path.replace(/iscsi$/, 'name'), volumeName, text)
  }
}

const cachingModes = ['None', 'ReadOnly', 'ReadWrite']
const diskKinds = ['Dedicated', 'Managed', 'Shared']
const managedUri =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const blobUri = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'

function* azureDiskErrors(disk: AzureDiskVolumeSource, path: string): Iterable<FieldError> {
  const { diskURI, cachingMode, kind } = disk
  yield* missing(disk, ['diskName', 'diskURI'], path)
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode)) {
    yield notSupported(`${path}.cachingMode`, cachingMode, cachingModes)
  }
  if (kind !== undefined && !diskKinds.includes(kind)) yield notSupported(`${path}.kind`, kind, diskKinds)
  const isManaged = kind === 'Managed'
  if (kind !== undefined && !diskURI.startsWith(isManaged ? '/subscriptions/' : 'https://')) {
    yield notSupported(`${path}.diskURI`, diskURI, [isManaged ? managedUri : blobUri])
  }
}

function* ephemeralErrors({ name, ephemeral }: Volume, podName: string, path: string): Iterable<FieldError> {
  const template = ephemeral?.volumeClaimTemplate
  const at = `${path}.ephemeral.volumeClaimTemplate`
  if (!template) yield required(at)
  else {
    yield* templateMetaErrors(template.metadata, `${at}.metadata`)
    yield* claimSpecErrors(template.spec, `${at}.spec`)
  }
  if (podName === '' || name === '') return
  const claim = `${podName}-${name}`
  for (const fault of subdomainFaults(claim)) {
    yield invalid(`${path}.name`, name, `PVC name ${JSON.stringify(claim)}: ${fault}`)
  }
}

/** The faults of each source of volumes. */
export const sourceChecks: { readonly [name in VolumeSourceName]?: SourceCheck } = {
  *emptyDir({ emptyDir }, path) {
    const limit = parseQuantity(emptyDir?.sizeLimit ?? '0')
    if (limit && limit.nano < 0n) {
      yield fieldForbidden(`${path}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity')
    }
  },
  *hostPath({ hostPath }, path) {
    if (!hostPath?.path) return yield* [required(`${path}.hostPath.path`)]
    yield* backstepErrors(hostPath.path, `${path}.hostPath.path`)
    const { type } = hostPath
    if (type !== undefined && !hostPathTypes.includes(type)) {
      yield notSupported(`${path}.hostPath.type`, type, hostPathTypes)
    }
  },
  *gitRepo({ gitRepo }, path) {
    yield* missing(gitRepo, ['repository'], `${path}.gitRepo`)
    yield* descendingPathErrors(gitRepo?.directory ?? '', `${path}.gitRepo.directory`)
  },
  *gcePersistentDisk({ gcePersistentDisk: disk }, path) {
    yield* missing(disk, ['pdName'], `${path}.persistentDisk`)
    yield* partitionErrors(disk?.partition, `${path}.persistentDisk`)
  },
  *awsElasticBlockStore({ awsElasticBlockStore: store }, path) {
    yield* missing(store, ['volumeID'], `${path}.awsElasticBlockStore`)
    yield* partitionErrors(store?.partition, `${path}.awsElasticBlockStore`)
  },
  *secret({ secret }, path) {
    yield* missing(secret, ['secretName'], `${path}.secret`)
    yield* modeErrors(secret?.defaultMode, `${path}.secret.defaultMode`)
    yield* keyPathErrors(secret?.items ?? [], `${path}.secret.items`)
  },
  *nfs({ nfs }, path) {
    yield* missing(nfs, ['server', 'path'], `${path}.nfs`)
    if (nfs && !nfs.path.startsWith('/')) {
      yield invalid(`${path}.nfs.path`, nfs.path, 'must be an absolute path')
    }
  },
  *iscsi({ iscsi, name }, path) {
    if (iscsi) yield* iscsiErrors(iscsi, name, `${path}.iscsi`)
  },
  glusterfs: requires('glusterfs', 'endpoints', 'path'),
  *flocker({ flocker }, path) {
    const { datasetName = '', datasetUUID = '' } = flocker ?? {}
    const at = `${path}.flocker`
    if (datasetName === '' && datasetUUID === '') {
      yield required(at, 'one of datasetName and datasetUUID is required')
    }
    if (datasetName !== '' && datasetUUID !== '') {
      yield invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')
    }
    if (datasetName.includes('/')) yield invalid(`${at}.datasetName`, datasetName, "must not contain '/'")
  },
  persistentVolumeClaim: requires('persistentVolumeClaim', 'claimName'),
  rbd: requires('rbd', 'monitors', 'image'),
  *cinder({ cinder }, path) {
    yield* missing(cinder, ['volumeID'], `${path}.cinder`)
    if (cinder?.secretRef) yield* missing(cinder.secretRef, ['name'], `${path}.cinder.secretRef`)
  },
  cephfs: requires('cephfs', 'monitors'),
  *quobyte({ quobyte }, path) {
    const pairs = 'must be a host:port pair or multiple pairs separated by commas'
    const { registry = '', tenant = '', volume = '' } = quobyte ?? {}
    const at = `${path}.quobyte`
    if (registry === '') yield required(`${at}.registry`, pairs)
    else if (tenant.length >= 65) {
      yield required(`${at}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')
    } else if (registry.split(',').some((one) => !/^(?:[^:]*|\[.*\]):[^:]*$/.test(one))) {
      yield invalid(`${at}.registry`, registry, pairs)
    }
    if (volume === '') yield required(`${at}.volume`)
  },
  *downwardAPI({ downwardAPI }, path) {
    yield* modeErrors(downwardAPI?.defaultMode, `${path}.downwardAPI.defaultMode`)
    for (const file of downwardAPI?.items ?? []) yield* downwardFileErrors(file, `${path}.downwardAPI`)
  },
  *fc({ fc }, path) {
    const { targetWWNs = [], wwids = [], lun } = fc ?? {}
    const at = `${path}.fc`
    if (targetWWNs.length === 0 && wwids.length === 0) {
      yield required(`${at}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both')
    }
    if (targetWWNs.length > 0 && wwids.length > 0) {
      yield invalid(
        `${at}.targetWWNs`,
        targetWWNs,
        'targetWWNs and wwids can not be specified simultaneously',
      )
    }
    if (targetWWNs.length === 0) return
    if (lun === undefined) yield required(`${at}.lun`, 'lun is required if targetWWNs is specified')
    else if (lun < 0 || lun > 255) yield invalid(`${at}.lun`, lun, rangeText(0, 255))
  },
  *flexVolume({ flexVolume }, path) {
    yield* missing(flexVolume, ['driver'], `${path}.flexVolume`)
    for (const key of Object.keys(flexVolume?.options ?? {})) {
      const domain = `.${key.split('/')[0]?.toLowerCase()}`
      if (!/\.(?:kubernetes|k8s)\.io$/.test(domain)) continue
      yield invalid(
        `${path}.flexVolume.options[${key}]`,
        key,
        'kubernetes.io and k8s.io namespaces are reserved',
      )
    }
  },
  *configMap({ configMap }, path) {
    yield* missing(configMap, ['name'], `${path}.configMap`)
    yield* modeErrors(configMap?.defaultMode, `${path}.configMap.defaultMode`)
    yield* keyPathErrors(configMap?.items ?? [], `${path}.configMap.items`)
  },
  azureFile: requires('azureFile', 'secretName', 'shareName'),
  vsphereVolume: requires('vsphereVolume', 'volumePath'),
  photonPersistentDisk: requires('photonPersistentDisk', 'pdID'),
  portworxVolume: requires('portworxVolume', 'volumeID'),
  *azureDisk({ azureDisk }, path) {
    if (azureDisk) yield* azureDiskErrors(azureDisk, `${path}.azureDisk`)
  },
  *storageos({ storageos }, path) {
    const at = `${path}.storageos`
    const { volumeName = '', volumeNamespace = '', secretRef } = storageos ?? {}
    if (volumeName === '') yield required(`${at}.volumeName`)
    else yield* eachFault(`${at}.volumeName`, volumeName, dnsLabelFaults(volumeName))
    if (volumeNamespace !== '') {
      yield* eachFault(`${at}.volumeNamespace`, volumeNamespace, dnsLabelFaults(volumeNamespace))
    }
    if (secretRef) yield* missing(secretRef, ['name'], `${at}.secretRef`)
  },
  *projected({ projected }, path) {
    if (projected) yield* projectedErrors(projected, `${path}.projected`)
  },
  scaleIO: requires('scaleIO', 'gateway', 'system', 'volumeName'),
  *csi({ csi }, path) {
    yield* driverNameErrors(csi?.driver ?? '', `${path}.csi.driver`)
    const secret = csi?.nodePublishSecretRef
    if (secret?.name === '') yield required(`${path}.csi.nodePublishSecretRef.name`)
    else if (secret?.name) yield* eachFault(`${path}.csi.name`, secret.name, subdomainFaults(secret.name))
  },
  ephemeral: (volume, path, podName) => ephemeralErrors(volume, podName, path),
  *image({ image }, path) {
    yield* missing(image, ['reference'], `${path}.image`)
    const { pullPolicy = '' } = image ?? {}
    const policies = ['Always', 'IfNotPresent', 'Never']
    if (pullPolicy === '') yield required(`${path}.image.pullPolicy`)
    else if (!policies.includes(pullPolicy))
      yield notSupported(`${path}.image.pullPolicy`, pullPolicy, policies)
  },
}
