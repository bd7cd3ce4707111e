import { intKind } from '#base/flags'

/** `-v`, as klog takes it. */
export const levelKind = { ...intKind, word: 'Level', isZero: () => false }
