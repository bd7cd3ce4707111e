import type { KindDef } from '../define.ts'

/** The kinds of flowcontrol.apiserver.k8s.io. */
export const flowcontrolKinds: readonly KindDef[] = []
