import type { KindDef } from '../define.ts'

/** The kinds of batch. */
export const batchKinds: readonly KindDef[] = []
