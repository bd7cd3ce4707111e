import type { KindDef } from '../define.ts'

/** The kinds of networking.k8s.io. */
export const networkingKinds: readonly KindDef[] = []
