import type { FieldError } from '#base/field-error'
import { timeOf } from '#base/time'
import { equal } from '#schema/equal'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { PersistentVolume as PersistentVolumeObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { accessModesText } from './access-modes.ts'
import { volumeChangeErrors } from './persistent-volume-change.ts'
import { volumeNodeLinks } from './persistent-volume-links.ts'
import { volumeSpecErrors } from './persistent-volume-spec.ts'
import { volumeWarnings } from './persistent-volume-warnings.ts'
import { classAnnotation } from './storage-class-annotation.ts'

const common = specStatus<PersistentVolumeObject>()

/** A status that tells of another phase tells since when, by itself or by the clock. */
function stampPhase(next: PersistentVolumeObject, old: PersistentVolumeObject, now: number): void {
  const { status } = next
  if (!status || status.phase === old.status?.phase) return
  const since = status.lastPhaseTransitionTime
  if (since === undefined || equal(since, old.status?.lastPhaseTransitionTime)) {
    status.lastPhaseTransitionTime = timeOf(now)
  }
}

const rules: Rules<PersistentVolumeObject> = {
  prepareCreate(volume, { now }) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: timeOf(now) }
  },
  prepareUpdate(next, old, context) {
    common.prepareUpdate(next, old, context)
    if (context.subresource === 'status') stampPhase(next, old, context.now)
  },
  *validate({ metadata, spec }, { subresource }): Iterable<FieldError> {
    if (subresource === '') yield* volumeSpecErrors(spec ?? {}, metadata.name ?? '')
  },
  *validateUpdate({ spec: next }, { spec: old }, { subresource }) {
    if (subresource === '') yield* volumeChangeErrors(next ?? {}, old ?? {})
  },
  warnings: volumeWarnings,
}

const cells: Record<string, Cell<PersistentVolumeObject>> = {
  Capacity: ({ spec }) => spec?.capacity?.['storage'] ?? '0',
  'Access Modes': ({ spec }) => accessModesText(spec?.accessModes),
  Status: ({ metadata, status }) =>
    metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
  Claim: ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''),
  StorageClass: ({ metadata, spec }) =>
    metadata.annotations?.[classAnnotation] ?? spec?.storageClassName ?? '',
}

/** PersistentVolume: a piece of storage that outlives pods. */
export const persistentVolume = defineKind<PersistentVolumeObject>(resources['v1/persistentvolumes'], {
  cells,
  inUseFinalizer: 'kubernetes.io/pv-protection',
  nodeLinks: volumeNodeLinks,
  rules,
})
