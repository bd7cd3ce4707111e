import type { KindDef } from '../define.ts'

/** The kinds of autoscaling. */
export const autoscalingKinds: readonly KindDef[] = []
