import type { KindDef } from '../define.ts'

/** The kinds of apiregistration.k8s.io. */
export const apiregistrationKinds: readonly KindDef[] = []
