import type { KindDef } from '../define.ts'
import { apiService } from './api-service.ts'

/** The kinds of apiregistration.k8s.io. */
export const apiregistrationKinds: readonly KindDef[] = [apiService]
