import type { KindDef } from '../define.ts'
import { runtimeClass } from './runtime-class.ts'

/** The kinds of node.k8s.io. */
export const nodeKinds: readonly KindDef[] = [runtimeClass]
