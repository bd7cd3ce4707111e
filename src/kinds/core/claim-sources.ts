import type { PersistentVolumeClaimSpec, TypedLocalObjectReference } from '../gen/core-v1.ts'

/** What the older of the two fields may name: the kinds that it could before there was the newer one. */
function isKnown({ apiGroup = '', kind }: TypedLocalObjectReference): boolean {
  if (apiGroup === '') return kind === 'PersistentVolumeClaim'
  return apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot'
}

const groupOf = ({ apiGroup }: TypedLocalObjectReference) => (apiGroup === undefined ? {} : { apiGroup })

/** Of two fields that tell where the data of a claim comes from, each shows what the other says. */
export function alignSources(spec: PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef: reference } = spec
  if (dataSource && !reference) {
    spec.dataSourceRef = { ...groupOf(dataSource), kind: dataSource.kind, name: dataSource.name }
  } else if (reference && !dataSource && (reference.namespace ?? '') === '') {
    spec.dataSource = { ...groupOf(reference), kind: reference.kind, name: reference.name }
  }
}

/** Drops sources that are not understood, unless the claim had some before, and aligns the two fields. */
export function settleSources(
  spec: PersistentVolumeClaimSpec,
  old: PersistentVolumeClaimSpec | undefined,
): void {
  // Sources in other namespaces are a feature that is off.
  const isElsewhere = (spec.dataSourceRef?.namespace ?? '') !== ''
  if (isElsewhere && !old?.dataSourceRef) delete spec.dataSourceRef
  if (!old?.dataSource && spec.dataSource && !isKnown(spec.dataSource)) delete spec.dataSource
  alignSources(spec)
}
