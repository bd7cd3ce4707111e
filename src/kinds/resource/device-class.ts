import { type FieldError, invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import { isExtended } from '../core/resource-names.ts'
import { defineKind, type Rules } from '../define.ts'
import type { DeviceClass as DeviceClassObject, DeviceClassSpec } from '../gen/resource-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { specStatus } from '../spec-status.ts'
import { configurationsMax } from './claim-errors.ts'
import { configurationErrors } from './configuration-errors.ts'
import { deviceSelectorErrors } from './selector-errors.ts'
import { listErrors } from './sized-lists.ts'

function* classErrors(spec: DeviceClassSpec, old: DeviceClassSpec | undefined): Iterable<FieldError> {
  const { selectors, config = [], extendedResourceName: name } = spec
  if (!old || !equal(selectors, old.selectors)) yield* deviceSelectorErrors(selectors, 'spec.selectors')
  const isStored = old !== undefined && equal(config, old.config ?? [])
  yield* listErrors(config, configurationsMax, 'spec.config', (one, at) =>
    configurationErrors(one, isStored, at),
  )
  if (name !== undefined && !isExtended(name)) {
    yield invalid('spec.extendedResourceName', name, 'must be a valid extended resource name')
  }
}

const rules: Rules<DeviceClassObject> = {
  ...specStatus<DeviceClassObject>({ hasGeneration: true }),
  *validate(device) {
    if (isNew(device)) yield* classErrors(device.spec, undefined)
  },
  *validateUpdate(next, old) {
    if (!equal(next.spec, old.spec)) yield* classErrors(next.spec, old.spec)
  },
}

/** DeviceClass: devices of a sort, and how they are set up. */
export const deviceClass = defineKind<DeviceClassObject>(resources['resource.k8s.io/v1/deviceclasses'], {
  rules,
})
