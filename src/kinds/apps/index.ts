import type { KindDef } from '../define.ts'

/** The kinds of apps. */
export const appsKinds: readonly KindDef[] = []
