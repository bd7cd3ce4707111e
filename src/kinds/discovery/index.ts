import type { KindDef } from '../define.ts'

/** The kinds of discovery.k8s.io. */
export const discoveryKinds: readonly KindDef[] = []
