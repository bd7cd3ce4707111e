import type { Values } from '#base/flags'
import { isApiError } from '#base/errors'
import { readText, toRefusal } from '#client'
import type { Json } from '#schema/object'
import type { Call } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { complain, print } from '../io.ts'
import type { ObjectPrinter } from '../printers/choose.ts'
import { shownIn } from '../printers/without-managed-fields.ts'
import { type Wanted, isSeveral } from '../resources/wanted.ts'
import type { getFlags } from '../commands/get-flags.ts'
import { type Gathered, type GatherOptions, gather, objectsOf } from './gather.ts'
import { printTables } from './print-tables.ts'
import { sorter } from './sort.ts'

/** A call of `kubectl get`. */
export type GetCall = Call<typeof getFlags>

/** How a call asks for objects. */
export async function gatherOptions(
  { values, factory, io }: GetCall,
  asTable: boolean,
): Promise<GatherOptions> {
  const { namespace } = await factory.namespace()
  return {
    client: await factory.client(),
    signal: io.signal,
    namespace: values.allNamespaces ? undefined : namespace,
    labelSelector: values.selector,
    fieldSelector: values.fieldSelector,
    subresource: values.subresource,
    chunkSize: values.sortBy === '' ? values.chunkSize : 0,
    form: asTable ? 'table' : 'json',
    includeObject: asTable && values.sortBy !== '',
  }
}

/** Shows tables. Resolves to the errors that were met. */
export async function showTables(call: GetCall, wanted: readonly Wanted[]): Promise<unknown[]> {
  const { values, io } = call
  const { found, errors } = await gather(wanted, await gatherOptions(call, true))
  const text = printTables(found, {
    ...tableOptions(values),
    showKind: values.showKind || isSeveral(found.map((one) => one.wanted)),
    sort: (rows) => sorter(values.sortBy)(rows, ({ object }) => object as unknown as Json),
  })
  print(io, text)
  if (text === '' && errors.length === 0 && !values.ignoreNotFound)
    complain(io, await nothingFound(call, wanted))
  return unforgiven(errors, call)
}

/** The columns that a call asks for. */
export function tableOptions(values: Values<typeof getFlags>) {
  return {
    isWide: values.output === 'wide',
    allNamespaces: values.allNamespaces,
    noHeaders: values.noHeaders,
    showLabels: values.showLabels,
    labelColumns: values.labelColumns,
  }
}

async function nothingFound({ values, factory }: GetCall, wanted: readonly Wanted[]): Promise<string> {
  const inNamespace = !values.allNamespaces && wanted.every(({ resource }) => resource.namespaced)
  const { namespace } = await factory.namespace()
  return `No resources found${inNamespace ? ` in ${namespace} namespace.` : ''}\n`
}

/** Shows objects in a format of their own. Resolves to the errors that were met. */
export async function showObjects(
  call: GetCall,
  wanted: readonly Wanted[],
  printer: ObjectPrinter,
): Promise<unknown[]> {
  const { found, errors } = await gather(wanted, await gatherOptions(call, false))
  const kept = unforgiven(errors, call)
  if (found.length === 0 && errors.length > 0) return kept
  const one = singleObject(wanted, found)
  const objects = objectsOf(found) as unknown as Json[]
  const shown = one ?? listOf([...sorter(call.values.sortBy)(objects, (object) => object)])
  print(call.io, printer(shownIn(call.values.output, call.values.showManagedFields, shown)))
  return kept
}

/** With --ignore-not-found, objects that are not there are no error. */
function unforgiven(errors: readonly unknown[], { values }: GetCall): unknown[] {
  return errors.filter((error) => !(values.ignoreNotFound && isApiError(error, 'NotFound')))
}

/** The object itself when exactly one was named. */
function singleObject(wanted: readonly Wanted[], found: readonly Gathered[]): Json | undefined {
  return wanted.length === 1 && wanted[0]?.name !== undefined ? found[0]?.value : undefined
}

const listOf = (items: Json[]): Json => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion: '' },
  items,
})

/** Sends a GET to any path and shows the answer as it comes. */
export async function showRaw({ values, args, factory, io }: GetCall): Promise<void> {
  if (args.length > 0) throw new KubectlError('arguments may not be passed when --raw is specified')
  const client = await factory.client()
  const { status, body } = await client.transport.request({ method: 'GET', path: values.raw }, io.signal)
  if (status >= 400) throw await toRefusal(status, body)
  print(io, await readText(body))
}
