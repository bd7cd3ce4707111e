import { duplicate, type FieldError, invalid, required } from '#base/field-error'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import { byteLength, qualifiedNameFaults } from '#schema/name-rules'
import { driverNameErrors } from '../core/driver-name.ts'
import { defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import { resources } from '../gen/resources.ts'
import type { CSINode as CsiNodeObject, CSINodeDriver } from '../gen/storage-v1.ts'
import { internalForm } from '../internal-form.ts'

const nodeIdBytesMax = 256

function* driverErrors(driver: CSINodeDriver, isTaken: boolean, path: string): Iterable<FieldError> {
  const { name, nodeID, topologyKeys: keys, allocatable } = driver
  yield* driverNameErrors(name, `${path}.name`)
  if (nodeID === '') yield required(`${path}.nodeID`)
  if (byteLength(nodeID) > nodeIdBytesMax) {
    yield invalid(`${path}.nodeID`, nodeID, `must be ${nodeIdBytesMax} characters or less`)
  }
  const { count = 0 } = allocatable ?? {}
  if (count < 0) yield invalid(`${path}.allocatable.count`, count, 'must be greater than or equal to 0')
  if (isTaken) yield duplicate(`${path}.name`, name)
  for (const [i, key] of (keys ?? []).entries()) {
    if (key === '') yield required(path)
    if ((keys ?? []).indexOf(key) < i) yield duplicate(path, key)
    yield* eachFault(path, key, qualifiedNameFaults(key))
  }
}

const driversOf = ({ spec }: CsiNodeObject) => spec.drivers ?? []

/** All of a driver but how many volumes it takes. */
function fixedPart(driver: CSINodeDriver): CSINodeDriver {
  const fixed = copy(driver)
  delete fixed.allocatable
  return fixed
}

const rules: Rules<CsiNodeObject> = {
  *validate(node) {
    const names = driversOf(node).map(({ name }) => name)
    for (const [i, driver] of driversOf(node).entries()) {
      yield* driverErrors(driver, names.indexOf(driver.name) < i, `spec.drivers[${i}]`)
    }
  },
  *validateUpdate(next, old) {
    for (const before of driversOf(old)) {
      for (const after of driversOf(next)) {
        if (before.name !== after.name || equal(fixedPart(before), fixedPart(after))) continue
        const shown = internalForm('io.k8s.api.storage.v1.CSINodeDriver', fixedPart(after))
        yield invalid('spec.drivers', shown, 'field is immutable')
      }
    }
  },
}

/** CSINode: the storage drivers that run on a node. */
export const csiNode = defineKind<CsiNodeObject>(resources['storage.k8s.io/v1/csinodes'], {
  cells: { Drivers: (node) => driversOf(node).length },
  rules,
})
