import type { KindDef } from '../define.ts'

/** The kinds of resource.k8s.io. */
export const resourceKinds: readonly KindDef[] = []
