import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '#kinds/gen/core-v1'
import type { CSIDriver } from '#kinds/gen/storage-v1'
import type { Core } from '../../call.ts'
import { known } from './asked.ts'

/** Whether a volume of a pod takes a token for an audience: its own, or one that its driver asks for. */
export const asksForAudience = (core: Core, pod: Pod, audience: string): boolean =>
  (pod.spec?.volumes ?? []).some(
    (volume) => projects(volume, audience) || driverAsks(core, driverOf(core, pod, volume), audience),
  )

const projects = ({ projected }: Volume, audience: string) =>
  (projected?.sources ?? []).some(
    ({ serviceAccountToken }) => serviceAccountToken && (serviceAccountToken.audience ?? '') === audience,
  )

function driverOf(core: Core, { metadata }: Pod, volume: Volume): string {
  if (volume.csi) return volume.csi.driver
  const ephemeral = volume.ephemeral && `${metadata.name ?? ''}-${volume.name}`
  const name = volume.persistentVolumeClaim?.claimName ?? ephemeral
  if (name === undefined) return ''
  const claim = known(core, 'persistentvolumeclaims', metadata.namespace ?? '', name)
  const bound = (claim as PersistentVolumeClaim | undefined)?.spec?.volumeName ?? ''
  const found = known(core, 'persistentvolumes', '', bound) as PersistentVolume | undefined
  return found?.spec?.csi?.driver ?? ''
}

function driverAsks({ registry }: Core, driver: string, audience: string): boolean {
  if (driver === '') return false
  const found = registry.inGroup('storage.k8s.io', 'csidrivers')?.peek('', driver)?.object
  return ((found as CSIDriver | undefined)?.spec.tokenRequests ?? []).some((one) => one.audience === audience)
}
