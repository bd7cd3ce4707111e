import type { KindDef } from '../define.ts'

/** The kinds of certificates.k8s.io. */
export const certificatesKinds: readonly KindDef[] = []
