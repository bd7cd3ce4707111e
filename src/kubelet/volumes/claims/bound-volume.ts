import { isApiError } from '#base/errors'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '#kinds/gen/core-v1'
import { selectsNode } from '../node-selector.ts'
import { VolumeError, waitStep } from '../payload.ts'

/** Where claims and what they are bound to are read. */
export interface ClaimSources {
  readonly claim: (namespace: string, name: string) => Promise<PersistentVolumeClaim>
  readonly persistentVolume: (name: string) => Promise<PersistentVolume>
  readonly thisNode: () => Promise<Node>
}

/** What a pod's volume is bound to. */
export interface BoundVolume {
  readonly claim: PersistentVolumeClaim
  readonly persistentVolume: PersistentVolume
}

/** Upstream finds out before it mounts anything. */
const notReady = (why: string) => new VolumeError(why, { step: waitStep })

/** The claim of a volume: the one that it names, or the one that was made for this pod. */
export const claimName = ({ metadata }: Pod, { name, persistentVolumeClaim }: Volume): string =>
  persistentVolumeClaim?.claimName ?? `${metadata.name}-${name}`

/** The volume that a claim of the pod is bound to, on a node that may use it. @throws VolumeError */
export async function boundVolume(pod: Pod, volume: Volume, sources: ClaimSources): Promise<BoundVolume> {
  const namespace = pod.metadata.namespace ?? ''
  const name = claimName(pod, volume)
  const refuse = (why: string) => notReady(`error processing PVC ${namespace}/${name}: ${why}`)
  const claim = await sources.claim(namespace, name).catch((error: unknown) => {
    if (isApiError(error)) throw refuse(`failed to fetch PVC from API server: ${error.message}`)
    throw error
  })
  if (volume.ephemeral && !isOwnedBy(claim, pod)) {
    const why = `was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`
    throw notReady(`PVC ${namespace}/${name} ${why}`)
  }
  if (claim.metadata.deletionTimestamp !== undefined) throw refuse('PVC is being deleted')
  if (claim.status?.phase !== 'Bound') throw refuse('PVC is not bound')
  const volumeName = claim.spec?.volumeName ?? ''
  if (volumeName === '') throw refuse('PVC has empty pvc.Spec.VolumeName')
  const persistentVolume = await sources.persistentVolume(volumeName).catch((error: unknown) => {
    if (isApiError(error)) throw refuse(`failed to fetch PV ${volumeName} from API server: ${error.message}`)
    throw error
  })
  const fault = bindingFault(claim, persistentVolume)
  if (fault !== undefined) throw refuse(fault)
  await checkNode(persistentVolume, sources)
  return { claim, persistentVolume }
}

const isOwnedBy = ({ metadata }: PersistentVolumeClaim, pod: Pod) =>
  metadata.ownerReferences?.some(({ controller, uid }) => controller === true && uid === pod.metadata.uid) ===
  true

function bindingFault(
  claim: PersistentVolumeClaim,
  { metadata, spec }: PersistentVolume,
): string | undefined {
  const { claimRef } = spec ?? {}
  const found = `found PV object ${metadata.name}`
  if (claimRef === undefined)
    return `${found} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`
  if (claimRef.uid !== claim.metadata.uid)
    return `${found} but its pv.Spec.ClaimRef.UID ${claimRef.uid} does not point to claim.UID ${claim.metadata.uid}`
  return undefined
}

async function checkNode({ metadata, spec }: PersistentVolume, sources: ClaimSources): Promise<void> {
  const required = spec?.nodeAffinity?.required
  if (required === undefined || selectsNode(required, await sources.thisNode())) return
  throw new VolumeError('no matching NodeSelectorTerms', {
    step: 'MountVolume.NodeAffinity check',
    ...(metadata.name !== undefined && { volume: metadata.name }),
  })
}
