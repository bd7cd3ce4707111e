import type { KindDef } from '../define.ts'

/** The kinds of node.k8s.io. */
export const nodeKinds: readonly KindDef[] = []
