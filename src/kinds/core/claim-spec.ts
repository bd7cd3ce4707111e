import { type FieldError, invalid, required } from '#base/field-error'
import { dnsLabelFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { PersistentVolumeClaimSpec, TypedObjectReference } from '../gen/core-v1.ts'
import { selectorErrors } from '../selector-errors.ts'
import { accessModeErrors, volumeModeErrors } from './access-modes.ts'
import { positiveAmountErrors } from './volume-amounts.ts'

function* referenceErrors(
  { apiGroup = '', kind, name, namespace = '' }: TypedObjectReference,
  path: string,
): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`)
  if (kind === '') yield required(`${path}.kind`)
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    const text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
    yield invalid(path, kind, text)
  }
  if (apiGroup !== '') yield* eachFault(`${path}.apiGroup`, apiGroup, subdomainFaults(apiGroup))
  if (namespace !== '') yield* eachFault(`${path}.namespace`, namespace, dnsLabelFaults(namespace))
}

function* sourceErrors(
  { dataSource, dataSourceRef: reference }: PersistentVolumeClaimSpec,
  path: string,
): Iterable<FieldError> {
  if (dataSource) yield* referenceErrors(dataSource, `${path}.dataSource`)
  if (!reference) return
  yield* referenceErrors(reference, `${path}.dataSourceRef`)
  if (!dataSource) return
  // Upstream shows a path where the value stands, which comes out empty.
  if ((reference.namespace ?? '') !== '') {
    yield invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified')
  } else if (
    dataSource.apiGroup !== reference.apiGroup ||
    dataSource.kind !== reference.kind ||
    dataSource.name !== reference.name
  ) {
    yield invalid(path, {}, 'must match dataSourceRef')
  }
}

/** Everything wrong with what a claim asks for. */
export function* claimSpecErrors(spec: PersistentVolumeClaimSpec, path: string): Iterable<FieldError> {
  const { accessModes = [], resources, volumeMode } = spec
  if (accessModes.length === 0) {
    yield required(`${path}.accessModes`, 'at least 1 access mode is required')
  }
  yield* selectorErrors(spec.selector, `${path}.selector`)
  yield* accessModeErrors(accessModes, `${path}.accessModes`)
  const storage = resources?.requests?.['storage']
  const at = `${path}.resources[storage]`
  if (storage === undefined) yield required(at)
  else yield* positiveAmountErrors(storage, at)
  const { storageClassName = '', volumeAttributesClassName = '' } = spec
  if (storageClassName !== '') {
    yield* eachFault(`${path}.storageClassName`, storageClassName, subdomainFaults(storageClassName))
  }
  yield* volumeModeErrors(volumeMode, `${path}.volumeMode`)
  yield* sourceErrors(spec, path)
  if (volumeAttributesClassName !== '') {
    const faults = subdomainFaults(volumeAttributesClassName)
    yield* eachFault(`${path}.volumeAttributesClassName`, volumeAttributesClassName, faults)
  }
}
