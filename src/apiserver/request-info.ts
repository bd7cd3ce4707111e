/** What a method and a path ask for: computed from nothing else. */
export interface RequestInfo {
  /** get, list, watch, create, update, patch, delete, deletecollection; the lower-case method for non-resource paths. */
  readonly verb: string
  readonly isResource: boolean
  /** The path without its query, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly group: string
  readonly version: string
  readonly namespace: string
  readonly resource: string
  readonly name: string
  readonly subresource: string
  /** What follows the subresource, with its leading slash: `/a/b`. */
  readonly tail: string
}

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** The word of a path after which a namespace's name stands. */
const namespaceWord = 'namespaces'

/** Resources that are namespaces' own subresources, not resources inside a namespace. */
const namespaceSubresources: ReadonlySet<string> = new Set(['status', 'finalize'])

/** Reads a request line. Gives undefined for a path whose segments are `.`, `..`, empty or not decodable. */
export function requestInfo(method: string, url: string): RequestInfo | undefined {
  const at = url.indexOf('?')
  const path = at < 0 ? url : url.slice(0, at)
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
  const segments = decodeSegments(path)
  if (segments === undefined) return undefined
  const plain = nonResource(method, path, query)
  const [root, ...rest] = segments
  if (root === 'api' && rest.length >= 2) return resourceInfo(plain, '', rest[0] as string, rest.slice(1))
  if (root === 'apis' && rest.length >= 3) {
    return resourceInfo(plain, rest[0] as string, rest[1] as string, rest.slice(2))
  }
  return plain
}

function nonResource(method: string, path: string, query: URLSearchParams): RequestInfo {
  const none = { group: '', version: '', namespace: '', resource: '', name: '', subresource: '', tail: '' }
  return { verb: method.toLowerCase(), isResource: false, path, query, ...none }
}

/** The decoded segments; undefined when one would mean another place than it says. */
function decodeSegments(path: string): string[] | undefined {
  const segments: string[] = []
  // Decoding is slow, and most paths have nothing to decode.
  const hasEscapes = path.includes('%')
  for (const raw of path.split('/').slice(1)) {
    let segment: string
    try {
      segment = hasEscapes ? decodeURIComponent(raw) : raw
    } catch {
      return undefined
    }
    if (segment === '.' || segment === '..' || segment.includes('\0')) return undefined
    segments.push(segment)
  }
  while (segments.at(-1) === '') segments.pop()
  return segments
}

function resourceInfo(plain: RequestInfo, group: string, version: string, segments: string[]): RequestInfo {
  let verb = verbs[plain.verb.toUpperCase()] ?? plain.verb
  let rest = segments
  if ((rest[0] === 'watch' || rest[0] === 'proxy') && rest.length > 1) {
    verb = rest[0]
    rest = rest.slice(1)
  }
  let namespace = ''
  if (rest[0] === namespaceWord && rest.length > 1) {
    if (rest.length > 2 && !namespaceSubresources.has(rest[2] as string)) {
      namespace = rest[1] as string
      rest = rest.slice(2)
    } else if (rest.length > 1) namespace = rest[1] as string
  }
  const [resource = '', name = '', subresource = '', ...tail] = rest
  const tailText = tail.length === 0 ? '' : `/${tail.join('/')}`
  return {
    ...plain,
    verb: collectionVerb(verb, name, plain.query),
    isResource: true,
    group,
    version,
    namespace,
    resource,
    name,
    subresource,
    tail: tailText,
  }
}

/** Without a name, get is list or watch and delete is deletecollection. */
function collectionVerb(verb: string, name: string, query: URLSearchParams): string {
  const watches = isTrue(query.get('watch'))
  if (verb === 'get' && name === '') return watches ? 'watch' : 'list'
  if (verb === 'get' && watches) return 'watch'
  if (verb === 'delete' && name === '') return 'deletecollection'
  return verb
}

/** A boolean of the query, as upstream reads them. */
export function isTrue(text: string | null): boolean {
  return text !== null && text !== 'false' && text !== '0' && text !== 'False' && text !== 'F' && text !== 'f'
}
