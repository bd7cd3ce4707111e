import type { AdmissionRule, Others } from '../../define.ts'
import type { Container, Pod, PodSpec, ProjectedVolumeSource, ServiceAccount } from '../../gen/core-v1.ts'
import { ephemeralSecretsFault, secretsFault } from './account-secrets.ts'
import { usedByPod } from './node-links.ts'

const plugin = 'ServiceAccount'
const mirror = 'kubernetes.io/config.mirror'
const volumePrefix = 'kube-api-access-'
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
/** An hour and a little: by it tokens that pods mount are told from others. */
const tokenSeconds = 3_607

const isMirror = ({ metadata }: Pod) => metadata.annotations?.[mirror] !== undefined

function accountOf(others: Others, { metadata }: Pod, name: string): ServiceAccount | string {
  const { namespace = '' } = metadata
  const found = others.find('', 'serviceaccounts', name, namespace) as ServiceAccount | undefined
  return (
    found ??
    `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`
  )
}

/** A new pod has a service account, by default that of its namespace, with a token of it and its secrets for images. */
export const podAccount: AdmissionRule<Pod> = {
  plugin,
  complete(pod, others) {
    const { spec } = pod
    if (!spec) return undefined
    if (isMirror(pod)) return mirrorFault(pod, spec)
    spec.serviceAccountName ||= 'default'
    const account = accountOf(others, pod, spec.serviceAccountName)
    if (typeof account === 'string') return account
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true)
      mountToken(spec, others)
    const secrets = account.imagePullSecrets ?? []
    if ((spec.imagePullSecrets?.length ?? 0) === 0 && secrets.length > 0) {
      spec.imagePullSecrets = secrets.map(({ name = '' }) => ({ name }))
    }
    return secretsFault(spec, account)
  },
  refusal(pod, old, others) {
    if (!pod.spec || old) return undefined
    if (isMirror(pod)) return mirrorFault(pod, pod.spec)
    return withAccount(pod, pod.spec, others, secretsFault)
  },
}

/** Containers that are added later use no other secrets than those that the account names, where it holds pods to them. */
export const ephemeralAccount: AdmissionRule<Pod> = {
  plugin,
  subresource: 'ephemeralcontainers',
  refusal: (pod, _old, others) => pod.spec && withAccount(pod, pod.spec, others, ephemeralSecretsFault),
}

function withAccount(
  pod: Pod,
  spec: PodSpec,
  others: Others,
  fault: typeof secretsFault,
): string | undefined {
  const { serviceAccountName: name = '' } = spec
  if (name === '')
    return `no service account specified for pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`
  const account = accountOf(others, pod, name)
  return typeof account === 'string' ? account : fault(spec, account)
}

function mirrorFault(pod: Pod, { serviceAccountName = '', volumes = [] }: PodSpec): string | undefined {
  if (serviceAccountName !== '') return 'a mirror pod may not reference service accounts'
  if (usedByPod(pod).some(({ plural }) => plural === 'secrets'))
    return 'a mirror pod may not reference secrets'
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? [])
  return sources.some(({ serviceAccountToken }) => serviceAccountToken !== undefined)
    ? 'a mirror pod may not use ServiceAccountToken volume projections'
    : undefined
}

/** Mounts a token in all containers that have nothing in its place. */
function mountToken(spec: PodSpec, others: Others): void {
  const found = spec.volumes?.find((volume) => volume.name.startsWith(volumePrefix))
  const name = found?.name ?? `${volumePrefix}${others.nameSuffix()}`
  const isOpen = ({ volumeMounts = [] }: Container) =>
    volumeMounts.every((one) => one.mountPath !== mountPath)
  const open = [...(spec.initContainers ?? []), ...spec.containers].filter(isOpen)
  for (const container of open) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }]
  }
  if (found || open.length === 0) return
  spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenVolume() }]
}

/** What a program in a pod needs to speak to the API server. */
const tokenVolume = (): ProjectedVolumeSource => ({
  defaultMode: 0o644,
  sources: [
    { serviceAccountToken: { path: 'token', expirationSeconds: tokenSeconds } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
})
