import { type FieldError, notSupported, required } from '#base/field-error'
import { qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { PersistentVolumeClaim } from '../gen/core-v1.ts'
import { basicAmountErrors } from './volume-amounts.ts'

const resizeStates = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
]

function* nameErrors(name: string, path: string): Iterable<FieldError> {
  const faults = qualifiedNameFaults(name)
  yield* eachFault(path, name, faults)
  const isNative = !name.includes('/') || name.includes('kubernetes.io/')
  if (faults.length === 0 && isNative && name !== 'storage') yield notSupported(path, name, ['storage'])
}

function* allocatedErrors(name: string, amount: string, path: string): Iterable<FieldError> {
  const faults = [...nameErrors(name, path)]
  yield* faults
  if (faults.length === 0) yield* basicAmountErrors(amount, `${path}[${name}]`)
}

/** Everything wrong with the status of a claim. */
export function* claimStatusErrors({ spec, status = {} }: PersistentVolumeClaim): Iterable<FieldError> {
  if ((spec?.accessModes ?? []).length === 0) yield required('Spec.accessModes')
  for (const [name, amount] of Object.entries(status.capacity ?? {})) {
    yield* basicAmountErrors(amount, `status.capacity[${name}]`)
  }
  const path = 'status.allocatedResourceStatuses'
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    yield* nameErrors(name, path)
    // Upstream shows the resource, though it is the state that is wrong.
    if (!resizeStates.includes(state)) yield notSupported(path, name, resizeStates)
  }
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    yield* allocatedErrors(name, amount, 'status.allocatedResources')
  }
}
