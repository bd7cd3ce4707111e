/** Marks the class of the ingresses that name none. */
export const defaultClassAnnotation = 'ingressclass.kubernetes.io/is-default-class'
