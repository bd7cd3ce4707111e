/** The annotation that once told the storage class of volumes and claims. */
export const classAnnotation = 'volume.beta.kubernetes.io/storage-class'

/** A warning for those who still tell the class so. */
export const classAnnotationWarning = `metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`
