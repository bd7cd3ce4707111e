import type { KindDef } from '../define.ts'

/** The kinds of rbac.authorization.k8s.io. */
export const rbacKinds: readonly KindDef[] = []
