import type { KindDef } from '../define.ts'
import { podDisruptionBudget } from './pod-disruption-budget.ts'

/** The kinds of policy. */
export const policyKinds: readonly KindDef[] = [podDisruptionBudget]
