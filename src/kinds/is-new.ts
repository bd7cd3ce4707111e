import type { KubeObject } from '#schema/object'

/** Whether an object was not stored before: the store gives each a resourceVersion. */
export const isNew = ({ metadata }: KubeObject): boolean => (metadata.resourceVersion ?? '') === ''
