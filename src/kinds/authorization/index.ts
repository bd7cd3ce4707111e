import type { KindDef } from '../define.ts'

/** The kinds of authorization.k8s.io. */
export const authorizationKinds: readonly KindDef[] = []
