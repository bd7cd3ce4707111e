import { test } from 'node:test'
import { refuses, told } from '#testkit/kind-check'
import type { ClusterTrustBundleProjection, Container, Pod, PodSpec, Volume } from '../../gen/core-v1.ts'
import { pod } from './index.ts'
import { projectedErrors } from './volume-files.ts'

const sound = (): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { serviceAccountName: 'robot', containers: [{ name: 'nginx', image: 'nginx' }] },
})
const specOf = (object: Pod) => object.spec as PodSpec
const containerOf = (object: Pod) => specOf(object).containers[0] as Container
const withVolume =
  (source: Omit<Volume, 'name'>, name = 'data') =>
  (object: Pod) => {
    specOf(object).volumes = [{ name, ...source }]
  }

const v = 'spec.volumes[0]'

test('volumes have a name and one source', () => {
  refuses(pod, sound, [
    [withVolume({}, ''), `${v}.name: Required value`],
    [withVolume({}, 'a.b'), `${v}.name: Invalid value: "a.b": must not contain dots`],
    [
      (object) => (specOf(object).volumes = [{ name: 'a' }, { name: 'a' }]),
      'spec.volumes[1].name: Duplicate value: "a"',
    ],
    [
      withVolume({ emptyDir: {}, hostPath: { path: '/a' } }),
      `${v}.hostPath: Forbidden: may not specify more than 1 volume type`,
    ],
  ])
})

test('sources of volumes are complete', () => {
  const file = { path: 'a', fieldRef: { fieldPath: 'metadata.name' } }
  refuses(pod, sound, [
    [
      withVolume({ emptyDir: { sizeLimit: '-1' } }),
      `${v}.emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity`,
    ],
    [withVolume({ hostPath: { path: '' } }), `${v}.hostPath.path: Required value`],
    [
      withVolume({ hostPath: { path: '/a/../b' } }),
      `${v}.hostPath.path: Invalid value: "/a/../b": must not contain '..'`,
    ],
    [withVolume({ hostPath: { path: '/a', type: 'Disk' } }), /hostPath\.type: Unsupported value: "Disk"/],
    [withVolume({ secret: { secretName: '' } }), `${v}.secret.secretName: Required value`],
    [
      withVolume({ secret: { secretName: 'a', defaultMode: 512 } }),
      `${v}.secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive`,
    ],
    [
      withVolume({ configMap: { name: 'a', items: [{ key: '', path: '/a' }] } }),
      `${v}.configMap.items[0].key: Required value`,
      `${v}.configMap.items[0].path: Invalid value: "/a": must be a relative path`,
    ],
    [
      withVolume({ configMap: { name: 'a', items: [{ key: 'a', path: '..a' }] } }),
      `${v}.configMap.items[0].path: Invalid value: "..a": must not start with '..'`,
    ],
    [withVolume({ configMap: {} }), `${v}.configMap.name: Required value`],
    [withVolume({ persistentVolumeClaim: { claimName: '' } }), /claimName: Required value$/],
    [
      withVolume({ nfs: { server: 's', path: 'a' } }),
      `${v}.nfs.path: Invalid value: "a": must be an absolute path`,
    ],
    [withVolume({ image: { reference: '' } }), `${v}.image.reference: Required value`],
    [withVolume({ image: { reference: 'a', pullPolicy: 'x' } }), /image\.pullPolicy: Unsupported value: "x"/],
    [withVolume({ csi: { driver: '' } }), /csi\.driver: Required value$/],
    [
      withVolume({ downwardAPI: { items: [{ path: 'a' }] } }),
      `${v}.downwardAPI: Required value: one of fieldRef and resourceFieldRef is required`,
    ],
    [
      withVolume({ downwardAPI: { items: [{ ...file, path: '' }] } }),
      `${v}.downwardAPI.path: Required value`,
    ],
    [
      withVolume({ downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }] } }),
      `${v}.downwardAPI.resourceFieldRef.containerName: Required value`,
    ],
    [
      withVolume({ ephemeral: { volumeClaimTemplate: { metadata: {}, spec: {} } } }),
      /accessModes: Required value: at least 1 access mode is required$/,
      /spec\.resources\[storage\]: Required value$/,
    ],
    [
      withVolume({ iscsi: { targetPortal: '', iqn: 'x', lun: 300 } }),
      /targetPortal/,
      /iqn: .*starting with/,
      /lun/,
    ],
    [withVolume({ fc: {} }), /targetWWNs: Required value: must specify either/],
    [withVolume({ flocker: {} }), /flocker: Required value: one of/],
    [
      withVolume({ azureDisk: { diskName: 'a', diskURI: 'b', kind: 'Managed' } }),
      /diskURI: Unsupported value/,
    ],
    [withVolume({ flexVolume: { driver: 'a', options: { 'k8s.io/a': '' } } }), /namespaces are reserved$/],
    [
      withVolume({ quobyte: { registry: 'a', volume: 'b' } }),
      /registry: Invalid value: "a": must be a host:port/,
    ],
    [withVolume({ storageos: { volumeName: 'A' } }), /storageos\.volumeName: Invalid value: "A"/],
    [withVolume({ gitRepo: { repository: '' } }), /repository: Required value$/],
    [
      withVolume({ awsElasticBlockStore: { volumeID: 'a', partition: 300 } }),
      /partition: Invalid value: 300/,
    ],
  ])
})

test('projected volumes put no two files in one place', () => {
  const projected = (...sources: NonNullable<NonNullable<Volume['projected']>['sources']>) =>
    withVolume({ projected: { sources } })
  const token = { serviceAccountToken: { path: 'token' } }
  refuses(pod, sound, [
    [
      projected(
        { configMap: { name: 'a', items: [{ key: 'k', path: 'p' }] } },
        { secret: { name: 'b', items: [{ key: 'k', path: 'p' }] } },
      ),
      `${v}.projected: Invalid value: "b": conflicting duplicate paths`,
    ],
    [
      projected({ configMap: { name: 'a' }, secret: { name: 'b' } }),
      `${v}.projected.sources[0]: Forbidden: may not specify more than 1 volume type per source`,
    ],
    [projected({ configMap: {} }), `${v}.projected.sources[0].configMap.name: Required value`],
    [
      projected({ serviceAccountToken: { path: 'a', expirationSeconds: 60 } }),
      /expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes$/,
    ],
    [projected({ serviceAccountToken: { path: '' } }), `${v}.projected.path: Required value`],
    [
      (object) => {
        projected(token)(object)
        delete specOf(object).serviceAccountName
      },
      `${v}.projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set`,
    ],
  ])
})

test('containers mount the volumes that there are', () => {
  const m = 'spec.containers[0].volumeMounts'
  const mount =
    (...mounts: NonNullable<Container['volumeMounts']>) =>
    (object: Pod) => {
      specOf(object).volumes = [{ name: 'data' }]
      containerOf(object).volumeMounts = mounts
    }
  const one = { name: 'data', mountPath: '/a' }
  refuses(pod, sound, [
    [mount({ ...one, name: 'none' }), `${m}[0].name: Not found: "none"`],
    [mount({ ...one, mountPath: '' }), `${m}[0].mountPath: Required value`],
    [mount(one, one), `${m}[1].mountPath: Invalid value: "/a": must be unique`],
    [mount({ ...one, subPath: '/b' }), `${m}.subPath: Invalid value: "/b": must be a relative path`],
    [
      mount({ ...one, subPath: 'b', subPathExpr: 'c' }),
      `${m}[0].subPathExpr: Invalid value: "c": subPathExpr and subPath are mutually exclusive`,
    ],
    [mount({ ...one, mountPropagation: 'x' }), /mountPropagation: Unsupported value: "x"/],
    [
      mount({ ...one, mountPropagation: 'Bidirectional' }),
      `${m}.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers`,
    ],
    [
      mount({ ...one, recursiveReadOnly: 'Enabled' }),
      `${m}.recursiveReadOnly: Forbidden: may only be specified when readOnly is true`,
    ],
    [
      (object) => {
        withVolume({ secret: { secretName: '' } })(object)
        containerOf(object).volumeMounts = [one]
      },
      /secretName: Required value$/,
      `${m}[0].name: Not found: "data"`,
    ],
    [
      (object) => {
        withVolume({ image: { reference: 'a' } })(object)
        containerOf(object).volumeMounts = [{ ...one, subPath: 'b' }]
      },
      `${m}[0].subPath: Invalid value: "b": not allowed in image volume sources`,
    ],
  ])
})

test('containers use block devices only of claims', () => {
  const d = 'spec.containers[0].volumeDevices'
  const device = (source: Omit<Volume, 'name'>, ...devices: NonNullable<Container['volumeDevices']>) => {
    return (object: Pod) => {
      withVolume(source)(object)
      containerOf(object).volumeDevices = devices
    }
  }
  const claim = { persistentVolumeClaim: { claimName: 'a' } }
  const one = { name: 'data', devicePath: '/dev/a' }
  refuses(pod, sound, [
    [
      device({}, one),
      /can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode$/,
    ],
    [device(claim, { ...one, name: 'x' }), `${d}[0].name: Not found: "x"`],
    [device(claim, { ...one, devicePath: '' }), `${d}[0].devicePath: Required value`],
    [device(claim, { ...one, devicePath: '/a/../b' }), /can not contain backsteps \('\.\.'\)$/],
    [
      device(claim, one, one),
      `${d}[1].name: Invalid value: "data": must be unique`,
      `${d}[1].devicePath: Invalid value: "/dev/a": must be unique`,
    ],
    [
      (object) => {
        device(claim, one)(object)
        containerOf(object).volumeMounts = [{ name: 'data', mountPath: '/dev/a' }]
      },
      /volumeMounts\[0\]\.name: .*must not already exist in volumeDevices$/,
      /mountPath: .*must not already exist as a path in volumeDevices$/,
      /volumeDevices\[0\]\.name: .*must not already exist in volumeMounts$/,
      /devicePath: .*must not already exist as a path in volumeMounts$/,
    ],
  ])
})

test('bundles of certificates, in pods that have one stored, are told by a name or a signer', () => {
  const selector = { matchLabels: { 'a b': '' } }
  const rows: [ClusterTrustBundleProjection, ...RegExp[]][] = [
    [{ path: 'a', name: 'b' }],
    [{ path: 'a', signerName: 'a.b/c' }],
    [{ path: 'a' }, /either name or signerName must be specified$/],
    [{ path: '', name: 'b' }, /path: Required value$/],
    [{ path: 'a', name: 'b', signerName: 'c' }, /only one of name and signerName may be used$/],
    [{ path: 'a', name: '' }, /must be a valid object name$/, /not a valid clustertrustbundlename: /],
    [{ path: 'a', name: 'b', labelSelector: {} }, /labelSelector must be unset if name is specified$/],
    [{ path: 'a', signerName: '' }, /must be a valid signer name$/],
    [
      { path: 'a', signerName: 'a', labelSelector: selector },
      /labelSelector\.matchLabels: Invalid value: "a b"/,
    ],
  ]
  for (const [clusterTrustBundle, ...expected] of rows) {
    const errors = [...projectedErrors({ sources: [{ clusterTrustBundle }] }, 'p')]
    told(
      errors.map(({ path, body }) => `${path}: ${body}`),
      expected,
      JSON.stringify(clusterTrustBundle),
    )
  }
})
