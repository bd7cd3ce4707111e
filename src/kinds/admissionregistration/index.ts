import type { KindDef } from '../define.ts'

/** The kinds of admissionregistration.k8s.io. */
export const admissionregistrationKinds: readonly KindDef[] = []
