import type { KindDef } from '../define.ts'

/** The kinds of authentication.k8s.io. */
export const authenticationKinds: readonly KindDef[] = []
