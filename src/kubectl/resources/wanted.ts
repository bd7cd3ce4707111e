import type { ResourceMapper } from '../discovery/mapper.ts'
import { type ApiResource, qualifiedName } from '../discovery/resource.ts'
import { KubectlError } from '../fault.ts'

/** What a command line asks for: all objects of a resource, or one by its name. */
export interface Wanted {
  readonly resource: ApiResource
  /** Undefined: all of them. */
  readonly name: string | undefined
}

const mixed =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"

/**
 * Reads `pods`, `pods a b`, `pods,services`, `pod/a service/b`, `all`.
 * @throws KubectlError in upstream's words.
 */
export async function readWanted(args: readonly string[], mapper: ResourceMapper): Promise<Wanted[]> {
  const [first, ...names] = args
  if (first === undefined) return []
  if (args.some((arg) => arg.includes('/'))) return readPairs(args, mapper)
  const resources = await readTypes(first, mapper)
  if (names.length === 0) return resources.map((resource) => ({ resource, name: undefined }))
  const unique = [...new Set(names)]
  return resources.flatMap((resource) => unique.map((name) => ({ resource, name })))
}

/** True when the words name types or categories that stand for more than one resource. */
export const isSeveral = (wanted: readonly Wanted[]) =>
  new Set(wanted.map(({ resource }) => qualifiedName(resource))).size > 1

async function readPairs(args: readonly string[], mapper: ResourceMapper): Promise<Wanted[]> {
  const wanted: Wanted[] = []
  for (const arg of args) {
    const [type = '', name = '', ...more] = arg.split('/')
    if (!arg.includes('/')) throw new KubectlError(mixed)
    if (more.length > 0)
      throw new KubectlError('arguments in resource/name form may not have more than one slash')
    if (type === '' || name === '')
      throw new KubectlError('arguments in resource/name form must have a single resource and name')
    wanted.push({ resource: await mapper.byWord(type), name })
  }
  return wanted
}

async function readTypes(words: string, mapper: ResourceMapper): Promise<ApiResource[]> {
  const resources: ApiResource[] = []
  for (const word of words.split(',')) {
    const category = mapper.inCategory(word)
    resources.push(...(category.length > 0 ? category : [await mapper.byWord(word)]))
  }
  // One type may have been named twice: by a plural and a short name, or by a category.
  return [...new Map(resources.map((resource) => [qualifiedName(resource), resource])).values()]
}
