import { fieldForbidden, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { defineKind, type Rules } from '../define.ts'
import { resources } from '../gen/resources.ts'
import type { VolumeAttributesClass as VolumeAttributesClassObject } from '../gen/storage-v1.ts'
import { parameterErrors, provisionerErrors } from './parameters.ts'

const rules: Rules<VolumeAttributesClassObject> = {
  *validate({ driverName, parameters = {} }) {
    yield* provisionerErrors(driverName, 'driverName')
    yield* parameterErrors(parameters)
    if (Object.keys(parameters).length === 0) {
      yield required('parameters', 'must contain at least one key/value pair')
    }
  },
  *validateUpdate(next, old) {
    for (const name of ['driverName', 'parameters'] as const) {
      if (!equal(next[name], old[name])) yield fieldForbidden(name, `updates to ${name} are forbidden.`)
    }
  },
}

/** VolumeAttributesClass: qualities of volumes that may change while they are in use. */
export const volumeAttributesClass = defineKind<VolumeAttributesClassObject>(
  resources['storage.k8s.io/v1/volumeattributesclasses'],
  { inUseFinalizer: 'kubernetes.io/vac-protection', rules },
)
