import type { KindDef } from '../define.ts'
import { endpointSlice } from './endpoint-slice.ts'

/** The kinds of discovery.k8s.io. */
export const discoveryKinds: readonly KindDef[] = [endpointSlice]
