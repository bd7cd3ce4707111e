/** A word with a capital first letter. */
export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** A group as one word: `core`, `apps`, `rbacAuthorization`. */
export function groupWord(group: string): string {
  if (group === '') return 'core'
  const [first = '', ...rest] = group.replace(/\.k8s\.io$/, '').split('.')
  return first + rest.map(capital).join('')
}

/** What operations of a group version are filed under: `rbacAuthorization_v1`. */
export const groupTag = (group: string, version: string): string => `${groupWord(group)}_${version}`

/** The parts of an operation's name. */
export interface OperationName {
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly path: string
  readonly subresource?: string | undefined
  /** What comes last: `List`, `WithPath`. */
  readonly ending?: string
}

const words: Readonly<Record<string, string>> = {
  get: 'read',
  update: 'replace',
  deletecollection: 'delete',
  watchlist: 'watch',
}

/** The name of an operation: `listCoreV1NamespacedPod`, `deleteCoreV1CollectionNamespacedPod`. */
export function operationId(name: OperationName): string {
  const { verb, group, version, kind, path, subresource = '', ending = '' } = name
  const isNamespaced = path.includes('{namespace}')
  return [
    words[verb] ?? verb,
    capital(groupWord(group)),
    capital(version),
    verb === 'deletecollection' ? 'Collection' : '',
    isNamespaced ? 'Namespaced' : '',
    kind,
    capital(subresource),
    ending,
  ].join('')
}
