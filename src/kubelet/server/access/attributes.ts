/** What a request is judged by: it is let in when one of the subresources of the node is allowed to its user. */
export interface Attributes {
  readonly verb: string
  readonly subresources: readonly string[]
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** Of endpoints that have a subresource of their own. */
const own: Readonly<Record<string, string>> = {
  stats: 'stats',
  metrics: 'metrics',
  logs: 'log',
  checkpoint: 'checkpoint',
  statusz: 'statusz',
  flagz: 'flagz',
}

/** Of endpoints that the right to everything, `proxy`, opens as well. */
const finer: Readonly<Record<string, string>> = {
  pods: 'pods',
  runningpods: 'pods',
  healthz: 'healthz',
  configz: 'configz',
}

/** The attributes of a request to an endpoint, the first part of its path. */
export function attributesOf(method: string, endpoint: string): Attributes {
  const fine = finer[endpoint]
  const subresources = fine === undefined ? [own[endpoint] ?? 'proxy'] : [fine, 'proxy']
  return { verb: verbs[method] ?? '', subresources }
}
