import { compareBytes } from '#base/byte-order'
import { type FieldError, fieldForbidden, notSupported, required } from '#base/field-error'
import { subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { PersistentVolumeSpec } from '../gen/core-v1.ts'
import { accessModeErrors, volumeModeErrors } from './access-modes.ts'
import { volumeSourceErrors } from './persistent-volume-sources.ts'
import { nodeSelectorErrors } from './pod/affinity.ts'
import { basicAmountErrors, positiveAmountErrors } from './volume-amounts.ts'

const reclaimPolicies = ['Delete', 'Recycle', 'Retain']
const inline = 'in the context of inline volumes'

function* modeErrors({ accessModes = [] }: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  if (accessModes.length === 0) yield required(`${path}.accessModes`)
  yield* accessModeErrors(accessModes, `${path}.accessModes`)
}

function* capacityErrors({ capacity }: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  const names = Object.keys(capacity ?? {})
  if (names.length === 0) yield required(path)
  if (names.length !== 1 || names[0] !== 'storage') {
    const sorted =
      capacity && Object.fromEntries(Object.entries(capacity).sort(([a], [b]) => compareBytes(a, b)))
    yield notSupported(path, sorted, ['storage'])
  }
  for (const [name, amount] of Object.entries(capacity ?? {})) {
    yield* basicAmountErrors(amount, `${path}[${name}]`)
    yield* positiveAmountErrors(amount, `${path}[${name}]`)
  }
}

function* affinityErrors({ nodeAffinity }: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  if (!nodeAffinity) return
  if (nodeAffinity.required) yield* nodeSelectorErrors(nodeAffinity.required, `${path}.required`)
  else yield required(`${path}.required`, 'must specify required node constraints')
}

function* recycleErrors(spec: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  const { hostPath, persistentVolumeReclaimPolicy: policy } = spec
  const isRoot = /^\/(?:\.{0,2}(?:\/|$))*$/.test(hostPath?.path ?? '')
  if (!isRoot || policy !== 'Recycle') return
  yield fieldForbidden(
    `${path}.persistentVolumeReclaimPolicy`,
    "may not be 'recycle' for a hostPath mount of '/'",
  )
}

function* attributesClassErrors(spec: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  const { volumeAttributesClassName: name, csi } = spec
  const at = `${path}.volumeAttributesClassName`
  if (name === undefined) return
  if (name === '') yield required(at, 'an empty string is disallowed')
  else yield* eachFault(at, name, subdomainFaults(name))
  if (!csi) yield required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName')
}

/** Everything wrong with what a persistent volume is. */
export function* volumeSpecErrors(spec: PersistentVolumeSpec, volumeName: string): Iterable<FieldError> {
  const path = 'spec'
  const { persistentVolumeReclaimPolicy: policy = '', storageClassName: className = '' } = spec
  yield* modeErrors(spec, path)
  yield* capacityErrors(spec, `${path}.capacity`)
  if (policy !== '' && !reclaimPolicies.includes(policy)) {
    yield notSupported(`${path}.persistentVolumeReclaimPolicy`, policy, reclaimPolicies)
  }
  yield* affinityErrors(spec, `${path}.nodeAffinity`)
  yield* volumeSourceErrors(spec, volumeName, path)
  yield* recycleErrors(spec, path)
  if (className !== '') yield* eachFault(`${path}.storageClassName`, className, subdomainFaults(className))
  yield* volumeModeErrors(spec.volumeMode, `${path}.volumeMode`)
  yield* attributesClassErrors(spec, path)
}

/** Everything wrong with a volume that is attached without being an object of its own. */
export function* inlineVolumeErrors(spec: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  const { persistentVolumeReclaimPolicy: policy = '', volumeMode = 'Filesystem' } = spec
  const unwanted = `may not be specified ${inline}`
  if (spec.claimRef) yield fieldForbidden(`${path}.claimRef`, unwanted)
  if (Object.keys(spec.capacity ?? {}).length > 0) yield fieldForbidden(`${path}.capacity`, unwanted)
  if (!spec.csi) yield required(`${path}.csi`, `has to be specified ${inline}`)
  yield* modeErrors(spec, path)
  if (policy !== '' && policy !== 'Retain') {
    yield fieldForbidden(`${path}.persistentVolumeReclaimPolicy`, `may only be Retain ${inline}`)
  }
  if (spec.nodeAffinity) yield fieldForbidden(`${path}.nodeAffinity`, unwanted)
  yield* volumeSourceErrors(spec, '', path)
  yield* recycleErrors(spec, path)
  if ((spec.storageClassName ?? '') !== '') yield fieldForbidden(`${path}.storageClassName`, unwanted)
  if (volumeMode !== 'Filesystem') {
    const text = `may not specify volumeMode other than Filesystem ${inline}`
    yield fieldForbidden(`${path}.volumeMode`, text)
  }
}
