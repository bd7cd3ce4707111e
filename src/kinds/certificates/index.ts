import type { KindDef } from '../define.ts'
import { certificateSigningRequest } from './certificate-signing-request.ts'

/** The kinds of certificates.k8s.io. */
export const certificatesKinds: readonly KindDef[] = [certificateSigningRequest]
