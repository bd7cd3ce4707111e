import type { ResourceFacts } from '#kinds/define'
import type { TypeDef } from '#schema/type'
import type { ApiResource } from '../discovery/resource.ts'

/** The fields of a built-in kind, which say how its lists are merged; undefined for kinds that we do not know. */
export async function typeOf({ group, version, kind }: ApiResource): Promise<TypeDef | undefined> {
  const [{ resources }, { typeNamed }] = await Promise.all([
    import('#kinds/gen/resources'),
    import('#kinds/types'),
  ])
  const found = Object.values<ResourceFacts>(resources).find(
    (one) => one.group === group && one.version === version && one.kind === kind,
  )
  return found?.typeName === undefined ? undefined : typeNamed(found.typeName)
}
