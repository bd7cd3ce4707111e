import type { Cancel } from '#base/cancel'
import { ApiError, isApiError } from '#base/errors'
import type { Client } from '#client'
import type { Json, KubeObject } from '#schema/object'
import { listItems } from '../printers/list-items.ts'
import { type Table, isTable } from '../printers/table.ts'
import { type forms, askJson } from '../resources/fetch.ts'
import type { Wanted } from '../resources/wanted.ts'

/** How to ask for what is wanted. */
export interface GatherOptions {
  readonly client: Client
  readonly signal: Cancel
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined
  readonly labelSelector: string
  readonly fieldSelector: string
  readonly subresource: string
  readonly chunkSize: number
  readonly form: keyof typeof forms
  /** Ask for whole objects with the rows of a table. */
  readonly includeObject: boolean
}

/** An answer: an object, a list or a table. */
export interface Gathered {
  readonly wanted: Wanted
  readonly value: Json
}

/** Asks for everything that is wanted; what is refused does not stop the rest. */
export async function gather(
  wanted: readonly Wanted[],
  options: GatherOptions,
): Promise<{ found: Gathered[]; errors: unknown[] }> {
  const found: Gathered[] = []
  const errors: unknown[] = []
  for (const one of wanted) {
    try {
      found.push({ wanted: one, value: await fetchOne(one, options) })
    } catch (error) {
      if (!isApiError(error)) throw error
      errors.push(error)
    }
  }
  return { found, errors }
}

async function fetchOne({ resource, name }: Wanted, options: GatherOptions): Promise<Json> {
  const { client, namespace, labelSelector, fieldSelector, subresource, chunkSize, form, signal } = options
  const includeObject = options.includeObject ? 'Object' : undefined
  if (name !== undefined) {
    return askJson(client, { resource, namespace, name, subresource, query: { includeObject } }, form, signal)
  }
  const query = { labelSelector, fieldSelector, limit: chunkSize || undefined, includeObject }
  const page = (more: object) =>
    askJson<Json>(client, { resource, namespace, query: { ...query, ...more } }, form, signal)
  let whole = await page({}).catch((error: unknown) => {
    throw explained(error, options, resource.group, resource.version, resource.plural)
  })
  for (let token = continueOf(whole); token !== ''; token = continueOf(whole)) {
    whole = joined(whole, await page({ continue: token }))
  }
  return whole
}

/** A refused selector is told together with the selectors that were asked for. */
function explained(
  error: unknown,
  options: GatherOptions,
  group: string,
  version: string,
  plural: string,
): unknown {
  const { labelSelector, fieldSelector } = options
  if (!isApiError(error, 'BadRequest') || (labelSelector === '' && fieldSelector === '')) return error
  const type = `${group}/${version}, Resource=${plural}`
  return new ApiError(
    'BadRequest',
    `Unable to find ${JSON.stringify(type)} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}: ${error.message}`,
  )
}

const continueOf = (value: Json) => (value as { metadata?: { continue?: string } }).metadata?.continue ?? ''

/** Two pages as one. */
function joined(before: Json, next: Json): Json {
  const one = before as { [key: string]: Json }
  const other = next as { [key: string]: Json }
  const metadata = other['metadata'] as Json
  if (isTable(before))
    return {
      ...one,
      metadata,
      rows: [...((one['rows'] ?? []) as Json[]), ...((other['rows'] ?? []) as Json[])],
    }
  return {
    ...one,
    metadata,
    items: [...((one['items'] ?? []) as Json[]), ...((other['items'] ?? []) as Json[])],
  }
}

/** The single objects of what was found: those of lists, each with the kind that its list implies. */
export function objectsOf(found: readonly Gathered[]): KubeObject[] {
  return found.flatMap(({ wanted, value }) => {
    const items = listItems(value)
    if (!items) return [value as unknown as KubeObject]
    const { group, version, kind } = wanted.resource
    const apiVersion = group === '' ? version : `${group}/${version}`
    return items.map((item) => ({ apiVersion, kind, ...(item as object) }) as unknown as KubeObject)
  })
}

/** An answer as a table; what a server gives in another form (an old one) has no columns. */
export const tableOf = (value: Json): Table => (isTable(value) ? value : { kind: 'Table' })
