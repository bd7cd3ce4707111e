/** A JSON value as parsed. Integers beyond 2^53 are kept as bigint. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json }

/** The metadata that every stored object carries; the generated ObjectMeta fits. */
export interface Meta {
  name?: string
  generateName?: string
  namespace?: string
  selfLink?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: object[]
}

/** Whom an object belongs to: with the last of its owners it goes. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** Any API object. */
export interface KubeObject {
  kind?: string
  apiVersion?: string
  metadata: Meta
}
