import { claimLimits } from './limits/claim-limits.ts'
import { type Cell, type DefaultClass, defineKind, type Rules } from '../define.ts'
import type { PersistentVolumeClaim as ClaimObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { defaultClassAnnotations } from '../storage/default-class-annotations.ts'
import { accessModesText } from './access-modes.ts'
import { claimChangeErrors } from './claim-change.ts'
import { settleSources } from './claim-sources.ts'
import { growth } from './claim-growth.ts'
import { claimSpecErrors } from './claim-spec.ts'
import { claimStatusErrors } from './claim-status.ts'
import { classAnnotation, classAnnotationWarning } from './storage-class-annotation.ts'
import { fractionWarnings } from './volume-amounts.ts'

const rules: Rules<ClaimObject> = {
  ...specStatus<ClaimObject>({
    newStatus: () => ({ phase: 'Pending' }),
    settle({ spec }, old) {
      if (spec) settleSources(spec, old?.spec)
    },
  }),
  *validate(claim, { subresource }) {
    if (subresource === 'status') yield* claimStatusErrors(claim)
    else yield* claimSpecErrors(claim.spec ?? {}, 'spec')
  },
  *validateUpdate(next, old, { subresource }) {
    if (subresource === '') yield* claimChangeErrors(next, old)
  },
  *warnings({ metadata, spec }) {
    if (metadata.annotations?.[classAnnotation] !== undefined) yield classAnnotationWarning
    const { requests } = spec?.resources ?? {}
    yield* fractionWarnings(requests?.['storage'], 'spec.resources.requests[storage]')
  },
}

const isBound = ({ spec }: ClaimObject) => (spec?.volumeName ?? '') !== ''

const cells: Record<string, Cell<ClaimObject>> = {
  Status: ({ metadata, status }) =>
    metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
  Capacity: (claim) => (isBound(claim) ? (claim.status?.capacity?.['storage'] ?? '0') : ''),
  'Access Modes': (claim) => (isBound(claim) ? accessModesText(claim.status?.accessModes) : ''),
  StorageClass: ({ metadata, spec }) =>
    metadata.annotations?.[classAnnotation] ?? spec?.storageClassName ?? '',
}

const defaultClass: DefaultClass<ClaimObject> = {
  plugin: 'DefaultStorageClass',
  group: 'storage.k8s.io',
  plural: 'storageclasses',
  annotations: defaultClassAnnotations,
  isOpen: ({ metadata, spec }) =>
    spec?.storageClassName === undefined && metadata.annotations?.[classAnnotation] === undefined,
  choose(claim, name) {
    claim.spec = { ...claim.spec, storageClassName: name }
  },
}

/** PersistentVolumeClaim: a wish for storage, and the volume that fulfils it. */
export const persistentVolumeClaim = defineKind<ClaimObject>(resources['v1/persistentvolumeclaims'], {
  admissionRules: [claimLimits, growth],
  cells,
  inUseFinalizer: 'kubernetes.io/pvc-protection',
  defaultClass,
  rules,
})
