import { KubectlError } from '../fault.ts'
import { type ApiResource, type Discovery, apiVersionOf } from './resource.ts'

/** Finds resources by what people and manifests call them. Asks the server anew when what was kept does not know a name. */
export class ResourceMapper {
  #discovery: Discovery
  #refetch: (() => Promise<Discovery>) | undefined

  /** @param refetch asks the server; absent when the discovery is fresh. */
  constructor(discovery: Discovery, refetch?: () => Promise<Discovery>) {
    this.#discovery = discovery
    this.#refetch = refetch
  }

  get discovery(): Discovery {
    return this.#discovery
  }

  /**
   * The resource of a word such as `po`, `pods`, `pod`, `Pod`, `deployments.apps`, `deployments.v1.apps`.
   * @throws KubectlError in upstream's words when the server has none.
   */
  async byWord(word: string): Promise<ApiResource> {
    const found = await this.#find((resources) => findWord(resources, word))
    if (found === undefined)
      throw new KubectlError(`the server doesn't have a resource type ${JSON.stringify(word.split('.')[0])}`)
    return found
  }

  /** The resource of a manifest's kind. @throws KubectlError in upstream's words when the server has none. */
  async byKind(apiVersion: string, kind: string): Promise<ApiResource> {
    const found = await this.#find((resources) =>
      resources.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion),
    )
    if (found) return found
    throw new KubectlError(
      `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
    )
  }

  /** The preferred resources of a category such as `all`; empty when nothing is in it. */
  inCategory(category: string): ApiResource[] {
    return this.#discovery.resources.filter((one) => one.isPreferred && one.categories.includes(category))
  }

  async #find(
    search: (resources: readonly ApiResource[]) => ApiResource | undefined,
  ): Promise<ApiResource | undefined> {
    const known = search(this.#discovery.resources)
    if (known || !this.#refetch) return known
    this.#discovery = await this.#refetch()
    this.#refetch = undefined
    return search(this.#discovery.resources)
  }
}

function findWord(resources: readonly ApiResource[], word: string): ApiResource | undefined {
  const [name = '', ...rest] = word.split('.')
  const lower = name.toLowerCase()
  const candidates = resources.filter((one) => isIn(one, rest) && isCalled(one, lower))
  const byPlural = candidates.filter(({ plural }) => plural === lower)
  const choice = byPlural.length > 0 ? byPlural : candidates
  return choice.find(({ isPreferred }) => isPreferred) ?? choice[0]
}

/** `apps`, `v1.apps`, `v1.` for the core group, or a group's first words. */
function isIn({ group, version }: ApiResource, rest: readonly string[]): boolean {
  if (rest.length === 0) return true
  const text = rest.join('.')
  return text === group || text === `${version}.${group}` || group.startsWith(`${text}.`)
}

function isCalled({ plural, singular, kind, shortNames }: ApiResource, lower: string): boolean {
  return lower === plural || lower === singular || lower === kind.toLowerCase() || shortNames.includes(lower)
}
