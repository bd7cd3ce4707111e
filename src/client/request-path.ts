import type { DeleteParams, ListParams, ResourceName, WriteParams } from './contract.ts'

/** What follows the resource in a path. */
export interface PathParts {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: string | undefined
}

/** `/apis/apps/v1/namespaces/default/deployments/web/status`. */
export function resourcePath(resource: ResourceName, parts: PathParts = {}): string {
  const { group, version, plural } = resource
  const segments = [
    ...(group === '' ? ['api', version] : ['apis', group, version]),
    ...(parts.namespace !== undefined && parts.namespace !== '' ? ['namespaces', parts.namespace] : []),
    plural,
    ...(parts.name !== undefined ? [parts.name] : []),
  ].map(encodeURIComponent)
  return `/${segments.join('/')}${parts.subresource === undefined || parts.subresource === '' ? '' : `/${parts.subresource}`}`
}

/** `?a=b&c=d` of what is set; '' when nothing is. */
export function queryText(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.append(name, String(value))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** The query of a list. */
export function listQuery(params: ListParams): string {
  const { namespace: _, ...query } = params
  return queryText(query)
}

/** The query of a watch. */
export function watchQuery(params: ListParams & { readonly timeoutSeconds?: number }): string {
  const { namespace: _, limit: __, continue: ___, ...query } = params
  return queryText({ watch: true, allowWatchBookmarks: true, ...query })
}

/** The query of a write. */
export function writeQuery({ dryRun, fieldManager, fieldValidation }: WriteParams): string {
  return queryText({ dryRun: dryRun ? 'All' : undefined, fieldManager, fieldValidation })
}

/** The DeleteOptions body of a deletion. */
export function deleteOptions(params: DeleteParams): object {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = params
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(preconditions && { preconditions }),
    ...(propagationPolicy && { propagationPolicy }),
    ...(dryRun === true && { dryRun: ['All'] }),
  }
}
