import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { type Cell, defineKind, type Rules } from '../define.ts'
import { resources } from '../gen/resources.ts'
import type { StorageClass as StorageClassObject } from '../gen/storage-v1.ts'
import { oldNodeLabels } from '../core/old-node-labels.ts'
import { defaultClassAnnotations } from './default-class-annotations.ts'
import { parameterErrors, provisionerErrors } from './parameters.ts'
import { topologyErrors } from './topology-errors.ts'

const reclaimPolicies = ['Delete', 'Retain']
const bindingModes = ['Immediate', 'WaitForFirstConsumer']

function* classErrors(storage: StorageClassObject): Iterable<FieldError> {
  const { provisioner, parameters = {}, reclaimPolicy = '', volumeBindingMode, allowedTopologies } = storage
  yield* provisionerErrors(provisioner, 'provisioner')
  yield* parameterErrors(parameters)
  if (reclaimPolicy !== '' && !reclaimPolicies.includes(reclaimPolicy)) {
    yield notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies)
  }
  if (volumeBindingMode === undefined) yield required('volumeBindingMode')
  else if (!bindingModes.includes(volumeBindingMode)) {
    yield notSupported('volumeBindingMode', volumeBindingMode, bindingModes)
  }
  yield* topologyErrors(allowedTopologies ?? [])
}

const rules: Rules<StorageClassObject> = {
  validate: classErrors,
  *validateUpdate(next, old) {
    for (const name of ['parameters', 'provisioner', 'reclaimPolicy'] as const) {
      if (!equal(next[name], old[name])) yield fieldForbidden(name, `updates to ${name} are forbidden.`)
    }
    if (next.volumeBindingMode !== old.volumeBindingMode) {
      yield invalid('volumeBindingMode', next.volumeBindingMode, 'field is immutable')
    }
  },
  *warnings({ allowedTopologies = [] }) {
    for (const [i, { matchLabelExpressions = [] }] of allowedTopologies.entries()) {
      for (const [j, { key }] of matchLabelExpressions.entries()) {
        const text = oldNodeLabels[key]
        if (text === undefined) continue
        yield `allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${key} is ${text}`
      }
    }
  },
}

function shownName({ metadata }: StorageClassObject): string {
  const isDefault = defaultClassAnnotations.some((name) => metadata.annotations?.[name] === 'true')
  return `${metadata.name ?? ''}${isDefault ? ' (default)' : ''}`
}

const cells: Record<string, Cell<StorageClassObject>> = {
  Name: shownName,
  AllowVolumeExpansion: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
}

/** StorageClass: how volumes are made for claims. */
export const storageClass = defineKind<StorageClassObject>(resources['storage.k8s.io/v1/storageclasses'], {
  cells,
  rules,
})
