import type { KindDef } from '../define.ts'

/** The kinds of apiextensions.k8s.io. */
export const apiextensionsKinds: readonly KindDef[] = []
