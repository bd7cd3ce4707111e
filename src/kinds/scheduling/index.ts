import type { KindDef } from '../define.ts'

/** The kinds of scheduling.k8s.io. */
export const schedulingKinds: readonly KindDef[] = []
