import { defineKind } from '../define.ts'
import type { ServiceAccount as ServiceAccountObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'

/** ServiceAccount: who a pod is to the API server. */
export const serviceAccount = defineKind<ServiceAccountObject>(resources['v1/serviceaccounts'])
