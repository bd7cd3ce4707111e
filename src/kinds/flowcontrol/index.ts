import type { KindDef } from '../define.ts'
import { flowSchema } from './flow-schema.ts'
import { priorityLevelConfiguration } from './priority-level-configuration.ts'

/** The kinds of flowcontrol.apiserver.k8s.io. */
export const flowcontrolKinds: readonly KindDef[] = [flowSchema, priorityLevelConfiguration]
