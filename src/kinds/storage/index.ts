import type { KindDef } from '../define.ts'

/** The kinds of storage.k8s.io. */
export const storageKinds: readonly KindDef[] = []
