import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import { compareQuantity, parseQuantity } from '#base/quantity'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../gen/core-v1.ts'
import { alignSources } from './claim-sources.ts'
import { specDiff } from './pod/spec-diff.ts'
import { classAnnotation } from './storage-class-annotation.ts'

const changeable =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
const nothing = { nano: 0n, format: 'DecimalSI' } as const

const annotationOf = ({ metadata }: PersistentVolumeClaim) => metadata.annotations?.[classAnnotation]

/** Whether the class moves from the annotation to the field. */
function isUpgrade(next: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const before = annotationOf(old)
  const after = annotationOf(next)
  return (
    before !== undefined &&
    old.spec?.storageClassName === undefined &&
    next.spec?.storageClassName === before &&
    (after === undefined || after === before)
  )
}

/** Whether a claim without a class gets one. */
function isFilling(next: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const name = next.spec?.storageClassName
  if (name === undefined || old.spec?.storageClassName !== undefined) return false
  const before = annotationOf(old)
  return before === undefined || before === name
}

function* annotationErrors(next: PersistentVolumeClaim, old: PersistentVolumeClaim): Iterable<FieldError> {
  const after = annotationOf(next) ?? ''
  if (isUpgrade(next, old) || after === (annotationOf(old) ?? '')) return
  yield invalid(`metadata.annotations.${classAnnotation}`, after, 'field is immutable')
}

/** The two specs without the differences that are allowed. */
function comparable(
  next: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): [PersistentVolumeClaimSpec, PersistentVolumeClaimSpec] {
  const after = copy(next.spec ?? {})
  const before = copy(old.spec ?? {})
  alignSources(before)
  if ((before.volumeName ?? '') === '' && after.volumeName !== undefined) before.volumeName = after.volumeName
  if (isUpgrade(next, old) || isFilling(next, old)) delete after.storageClassName
  if (next.status?.phase === 'Bound') {
    const was = before.resources?.requests?.['storage']
    if (after.resources?.requests && was !== undefined) after.resources.requests['storage'] = was
    delete after.volumeAttributesClassName
    delete before.volumeAttributesClassName
  }
  return [after, before]
}

const sizeOf = (list: Readonly<Record<string, string>> | undefined) =>
  parseQuantity(list?.['storage'] ?? '0') ?? nothing

function* sizeErrors(next: PersistentVolumeClaim, old: PersistentVolumeClaim): Iterable<FieldError> {
  const size = sizeOf(next.spec?.resources?.requests)
  if (compareQuantity(size, sizeOf(old.spec?.resources?.requests)) >= 0) return
  if (compareQuantity(size, sizeOf(old.status?.capacity)) > 0) return
  yield fieldForbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')
}

function* attributesClassErrors(
  next: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): Iterable<FieldError> {
  const name = next.spec?.volumeAttributesClassName
  if (name === old.spec?.volumeAttributesClassName) return
  if (old.status?.currentVolumeAttributesClassName === undefined || (name ?? '') !== '') return
  const what = name === undefined ? 'nil' : 'empty string'
  const text = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`
  yield fieldForbidden('spec.volumeAttributesClassName', text)
}

/** Everything wrong with a change of a claim. */
export function* claimChangeErrors(
  next: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): Iterable<FieldError> {
  yield* annotationErrors(next, old)
  const [after, before] = comparable(next, old)
  if (!equal(after, before)) {
    const diff = specDiff('core.PersistentVolumeClaimSpec', before, after)
    yield fieldForbidden('spec', `${changeable}\n${diff}`)
  }
  yield* sizeErrors(next, old)
  const { volumeMode } = next.spec ?? {}
  if (volumeMode !== old.spec?.volumeMode) yield invalid('volumeMode', volumeMode, 'field is immutable')
  yield* attributesClassErrors(next, old)
}
