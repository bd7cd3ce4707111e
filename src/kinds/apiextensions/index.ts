import type { KindDef } from '../define.ts'
import { customResourceDefinition } from './custom-resource-definition.ts'

/** The kinds of apiextensions.k8s.io. */
export const apiextensionsKinds: readonly KindDef[] = [customResourceDefinition]
