import type { Cancel } from '#base/cancel'
import type { Status } from '#base/errors'
import { type Client, readLines, statusError } from '#client'
import { parseJson } from '#schema/json'
import type { Json } from '#schema/object'
import { ask, type forms } from '../resources/fetch.ts'
import type { Wanted } from '../resources/wanted.ts'

/** What to watch and from where. */
export interface WatchOptions {
  readonly client: Client
  readonly signal: Cancel
  readonly wanted: Wanted
  readonly namespace: string | undefined
  readonly labelSelector: string
  readonly fieldSelector: string
  readonly resourceVersion: string
  readonly form: keyof typeof forms
  readonly includeObject: boolean
}

/** A change as the server tells it; `object` is a table of one row when tables were asked for. */
export interface Change {
  readonly type: string
  readonly object: Json
}

/** Follows a resource, or one object by its name, until the server or the user ends it. */
export async function* watchChanges(options: WatchOptions): AsyncGenerator<Change> {
  const { client, wanted, namespace, labelSelector, resourceVersion, form, signal } = options
  const { resource, name } = wanted
  const byName = name === undefined ? [] : [`metadata.name=${name}`]
  const fieldSelector = [...byName, ...(options.fieldSelector === '' ? [] : [options.fieldSelector])].join(
    ',',
  )
  const includeObject = options.includeObject ? 'Object' : undefined
  const query = { watch: true, labelSelector, fieldSelector, resourceVersion, includeObject }
  const body = await ask(client, { resource, namespace, query }, form, signal)
  for await (const line of readLines(body)) {
    const change = parseJson(line) as unknown as Change
    if (change.type === 'ERROR') throw statusError(change.object as unknown as Status)
    yield change
  }
}
