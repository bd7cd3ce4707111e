import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import type { PersistentVolumeSpec, VolumeNodeAffinity } from '../gen/core-v1.ts'
import { internalForm } from '../internal-form.ts'
import { volumeSourceNames } from './persistent-volume-sources.ts'
import { specDiff } from './pod/spec-diff.ts'

const fixed = 'field is immutable'

/** Labels of nodes that were renamed: an affinity may follow. */
const renamed: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
}

function sourceOf(spec: PersistentVolumeSpec): PersistentVolumeSpec {
  const names = volumeSourceNames.filter((name) => spec[name] !== undefined)
  return Object.fromEntries(names.map((name) => [name, copy(spec[name])]))
}

function* sourceErrors(next: PersistentVolumeSpec, old: PersistentVolumeSpec): Iterable<FieldError> {
  const after = sourceOf(next)
  const before = sourceOf(old)
  // How to expand the volume may be told later.
  if (old.csi && !old.csi.controllerExpandSecretRef) delete after.csi?.controllerExpandSecretRef
  if (equal(after, before)) return
  const path = 'spec.persistentvolumesource'
  const diff = specDiff('core.PersistentVolumeSource', before, after)
  yield fieldForbidden(path, `${path} is immutable after creation\n${diff}`)
}

/** Gives keys their old names again where they were renamed. */
function withOldNames(next: VolumeNodeAffinity, old: VolumeNodeAffinity): VolumeNodeAffinity {
  const same = copy(next)
  for (const [i, term] of (same.required?.nodeSelectorTerms ?? []).entries()) {
    for (const [j, expression] of (term.matchExpressions ?? []).entries()) {
      const before = old.required?.nodeSelectorTerms?.[i]?.matchExpressions?.[j]?.key ?? ''
      if (renamed[before] === expression.key) expression.key = before
    }
  }
  return same
}

function* affinityErrors(next: PersistentVolumeSpec, old: PersistentVolumeSpec): Iterable<FieldError> {
  const { nodeAffinity: after } = next
  const { nodeAffinity: before } = old
  if (!before || (after && equal(withOldNames(after, before), before))) return
  const shown = after && internalForm('io.k8s.api.core.v1.VolumeNodeAffinity', after)
  yield invalid('nodeAffinity', shown, fixed)
}

/** Everything wrong with a change of a persistent volume. */
export function* volumeChangeErrors(
  next: PersistentVolumeSpec,
  old: PersistentVolumeSpec,
): Iterable<FieldError> {
  yield* sourceErrors(next, old)
  if (next.volumeMode !== old.volumeMode) yield invalid('volumeMode', next.volumeMode, fixed)
  yield* affinityErrors(next, old)
  if (old.volumeAttributesClassName !== undefined && next.volumeAttributesClassName === undefined) {
    yield fieldForbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden')
  }
}
