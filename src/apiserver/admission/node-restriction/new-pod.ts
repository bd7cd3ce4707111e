import { notFound } from '#base/errors'
import { usedByPod } from '#kinds/core/pod/node-links'
import type { Pod } from '#kinds/gen/core-v1'
import type { Core } from '../../call.ts'
import { known, quoted } from './asked.ts'

const mirror = 'kubernetes.io/config.mirror'

/** Why a node may not make a pod: only mirror pods of its own, that use nothing of others. @throws ApiError NotFound for its node. */
export function newPodFault(core: Core, pod: Pod, node: string): string | undefined {
  const own = quoted(node)
  if (pod.metadata.annotations?.[mirror] === undefined) {
    return `pod does not have ${quoted(mirror)} annotation, node ${own} can only create mirror pods`
  }
  if (pod.spec?.nodeName !== node) return `node ${own} can only create pods with spec.nodeName set to itself`
  return ownerFault(core, pod, node) ?? usedFault(pod, own)
}

function ownerFault(core: Core, { metadata }: Pod, node: string): string | undefined {
  const own = quoted(node)
  const [owner, ...others] = metadata.ownerReferences ?? []
  const only = `node ${own} can only create pods with`
  if (others.length > 0) return `${only} a single owner reference set to itself`
  const nodeKind = core.registry.inGroup('', 'nodes')?.kind.kind
  if (owner?.apiVersion !== 'v1' || owner.kind !== nodeKind || owner.name !== node) {
    return `${only} an owner reference set to itself`
  }
  if (owner.controller !== true) return `${only} a controller owner reference set to itself`
  if (owner.blockOwnerDeletion === true) {
    return `node ${own} must not set blockOwnerDeletion on an owner reference`
  }
  const found = known(core, 'nodes', '', node)
  if (found === undefined) throw notFound({ group: '', resource: 'nodes' }, node)
  const { uid = '' } = found.metadata
  return owner.uid === uid ? undefined : `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`
}

function usedFault(pod: Pod, own: string): string | undefined {
  const { serviceAccountName = '', volumes = [], resourceClaims = [] } = pod.spec ?? {}
  const no = (what: string) => `node ${own} can not create pods that reference ${what}`
  if (serviceAccountName !== '') return no('a service account')
  const used = new Set(usedByPod(pod).map(({ plural }) => plural))
  if (used.has('secrets')) return no('secrets')
  if (used.has('configmaps')) return no('configmaps')
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? [])
  if (sources.some(({ clusterTrustBundle }) => clusterTrustBundle !== undefined)) {
    return no('clustertrustbundles')
  }
  if (volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)) {
    return no('persistentvolumeclaims')
  }
  return resourceClaims.length > 0 ? no('resourceclaims') : undefined
}
