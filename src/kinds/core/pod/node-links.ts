import type { NodeLink, ObjectName } from '../../define.ts'
import type { Container, EphemeralContainer, Pod, PodSpec, Volume } from '../../gen/core-v1.ts'
import { coreObject, linksTo, nodeNamed } from '../../node-link.ts'

const mirror = 'kubernetes.io/config.mirror'

/** What a pod leads to its node: all that the kubelet must read for it. */
export function podNodeLinks(pod: Pod): NodeLink[] {
  const { spec, metadata } = pod
  if (spec === undefined || (spec.nodeName ?? '') === '') return []
  const { name = '', namespace = '' } = metadata
  const own = coreObject('pods', namespace, name)
  const placed = linksTo(nodeNamed(spec.nodeName as string), [own])
  // What a kubelet makes itself gives it no rights.
  if (metadata.annotations?.[mirror] !== undefined) return placed
  return [...placed, ...linksTo(own, usedByPod(pod))]
}

/** Everything that a pod uses and its kubelet reads for it: account, secrets, maps and claims. */
export function usedByPod(pod: Pod): ObjectName[] {
  const { namespace = '' } = pod.metadata
  const spec = pod.spec ?? { containers: [] }
  const named = (plural: string, names: readonly (string | undefined)[]) =>
    names.filter((name) => (name ?? '') !== '').map((name) => coreObject(plural, namespace, name as string))
  const volumes = spec.volumes ?? []
  const containers: readonly (Container | EphemeralContainer)[] = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...(spec.ephemeralContainers ?? []),
  ]
  return [
    ...named('serviceaccounts', [spec.serviceAccountName]),
    ...named('secrets', [
      ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
      ...containers.flatMap(secretsOf),
      ...volumes.flatMap(volumeSecrets),
    ]),
    ...named('configmaps', [...containers.flatMap(configMapsOf), ...volumes.flatMap(volumeConfigMaps)]),
    ...named(
      'persistentvolumeclaims',
      volumes.map((volume) => claimOf(volume, pod.metadata.name ?? '')),
    ),
    ...resourceClaims(pod, spec).map((name) => ({
      group: 'resource.k8s.io',
      plural: 'resourceclaims',
      namespace,
      name,
    })),
  ]
}

type Names = (string | undefined)[]

const secretsOf = ({ env = [], envFrom = [] }: Container | EphemeralContainer): Names => [
  ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
  ...envFrom.map(({ secretRef }) => secretRef?.name),
]

const configMapsOf = ({ env = [], envFrom = [] }: Container | EphemeralContainer): Names => [
  ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
  ...envFrom.map(({ configMapRef }) => configMapRef?.name),
]

const volumeSecrets = (volume: Volume): Names => [
  volume.azureFile?.secretName,
  volume.cephfs?.secretRef?.name,
  volume.cinder?.secretRef?.name,
  volume.csi?.nodePublishSecretRef?.name,
  volume.flexVolume?.secretRef?.name,
  volume.iscsi?.secretRef?.name,
  volume.rbd?.secretRef?.name,
  volume.scaleIO?.secretRef?.name,
  volume.secret?.secretName,
  volume.storageos?.secretRef?.name,
  ...(volume.projected?.sources ?? []).map(({ secret }) => secret?.name),
]

const volumeConfigMaps = ({ configMap, projected }: Volume): Names => [
  configMap?.name,
  ...(projected?.sources ?? []).map((source) => source.configMap?.name),
]

const claimOf = ({ name, persistentVolumeClaim, ephemeral }: Volume, podName: string) =>
  persistentVolumeClaim?.claimName ?? (ephemeral && `${podName}-${name}`)

function resourceClaims({ status }: Pod, { resourceClaims: claims = [] }: PodSpec): string[] {
  const made = new Map(status?.resourceClaimStatuses?.map((one) => [one.name, one.resourceClaimName]))
  return [
    ...claims.map(({ name, resourceClaimName }) => resourceClaimName ?? made.get(name)),
    status?.extendedResourceClaimStatus?.resourceClaimName,
  ].filter((name) => name !== undefined && name !== '') as string[]
}
