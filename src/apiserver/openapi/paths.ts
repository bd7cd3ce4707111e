import type { KindDef } from '#kinds/define'
import type { JsonSchema } from '#schema/openapi'

/** A path with its operations. */
export type PathItem = readonly [path: string, item: JsonSchema]

/** Where a group version is: `/api/v1`, `/apis/apps/v1`. */
export const versionPath = ({ group, version }: Pick<KindDef, 'group' | 'version'>): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`

/** Where a kind's objects are: `/api/v1/namespaces/{namespace}/pods`. */
export const collectionPath = (kind: KindDef, isNamespaced = kind.namespaced, below = ''): string =>
  `${versionPath(kind)}${below}${isNamespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`
