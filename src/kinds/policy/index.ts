import type { KindDef } from '../define.ts'

/** The kinds of policy. */
export const policyKinds: readonly KindDef[] = []
