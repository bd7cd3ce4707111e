import type { KubeObject, Meta } from './object.ts'

/** meta/v1 PartialObjectMetadata: any object with nothing but its metadata. */
export interface PartialObjectMetadata extends KubeObject {
  readonly kind: 'PartialObjectMetadata'
  readonly apiVersion: 'meta.k8s.io/v1'
  metadata: Meta
}

/** An object without all but its metadata, which is shared with it. */
export const toPartialMetadata = ({ metadata }: KubeObject): PartialObjectMetadata => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
})
