import type { FieldSet } from './field-set.ts'

const serverSet = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]

/** Fields that nobody is recorded as owning: what says which object it is, and what the server itself sets. */
export const unowned: FieldSet = {
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': { '.': {}, ...Object.fromEntries(serverSet.map((one) => [`f:${one}`, {}])) },
}
