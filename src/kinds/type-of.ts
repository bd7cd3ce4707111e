import type { TypeDef } from '#schema/type'
import { resources } from './gen/resources.ts'
import { tables } from './gen/tables.ts'
import { typeNamed } from './types.ts'

const metaPackage = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** Types that stand for any object, under the versions by which answers name them. */
const metaTypes: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'APIGroup',
    'APIGroupList',
    'APIResourceList',
    'APIVersions',
    'CreateOptions',
    'DeleteOptions',
    'GetOptions',
    'ListOptions',
    'PatchOptions',
    'Status',
    'UpdateOptions',
    'WatchEvent',
  ],
  'meta.k8s.io/v1': ['PartialObjectMetadata', 'PartialObjectMetadataList'],
}

/** The package of a group's types: every kind of a group and version is in the same one. Two groups have no resources. */
const packages = new Map<string, string>([
  ['admission.k8s.io/v1', 'io.k8s.api.admission.v1'],
  ['apidiscovery.k8s.io/v2', 'io.k8s.api.apidiscovery.v2'],
])
for (const { group, version, typeName } of Object.values(resources)) {
  const apiVersion = group === '' ? version : `${group}/${version}`
  packages.set(apiVersion, typeName.slice(0, typeName.lastIndexOf('.')))
}

/** The type of a value that says what it is, resource or not (Scale, Status); undefined for one that is not generated. */
export function typeOf(apiVersion: string, kind: string): TypeDef | undefined {
  const packageName = metaTypes[apiVersion]?.includes(kind) ? metaPackage : packages.get(apiVersion)
  const name = `${packageName}.${kind}`
  return packageName !== undefined && tables.some((table) => table[name]) ? typeNamed(name) : undefined
}
