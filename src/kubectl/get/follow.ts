import type { Json } from '#schema/object'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'
import type { ObjectPrinter } from '../printers/choose.ts'
import { Columns } from '../printers/columns.ts'
import { type TableColumn, headerCells, rowCells } from '../printers/table.ts'
import { shownIn } from '../printers/without-managed-fields.ts'
import { type Wanted, isSeveral } from '../resources/wanted.ts'
import { gather, objectsOf, tableOf } from './gather.ts'
import { type GetCall, gatherOptions, tableOptions } from './run.ts'
import { watchChanges } from './watch.ts'

/** What shows one change. */
type Shower = (type: string, object: Json) => void

/** Shows what there is, then changes, until the server or the user ends it. */
export async function follow(
  call: GetCall,
  wanted: readonly Wanted[],
  printer: ObjectPrinter | undefined,
): Promise<void> {
  const [first] = wanted
  if (first === undefined || isSeveral(wanted))
    throw new KubectlError('you may only specify a single resource type')
  if (wanted.length > 1)
    throw new KubectlError(
      'watch is only supported on individual resources and resource collections - more than 1 resource was found',
    )
  const show = printer ? showObject(call, printer) : showRow(call, first)
  const options = await gatherOptions(call, printer === undefined)
  const { found, errors } = await gather([first], options)
  if (errors.length > 0) throw errors[0]
  const from = first.name === undefined ? await showFirst(call, found, show, printer !== undefined) : '0'
  for await (const { type, object } of watchChanges({ ...options, wanted: first, resourceVersion: from })) {
    if (type !== 'BOOKMARK') show(type, object)
  }
}

/** Shows the objects of the first list and gives its resourceVersion. */
async function showFirst(
  { values }: GetCall,
  found: Awaited<ReturnType<typeof gather>>['found'],
  show: Shower,
  asObjects: boolean,
): Promise<string> {
  const value = found[0]?.value as { metadata?: { resourceVersion?: string } }
  if (!values.watchOnly) {
    if (asObjects) for (const object of objectsOf(found)) show('ADDED', object as unknown as Json)
    else show('ADDED', value as Json)
  }
  return value.metadata?.resourceVersion ?? ''
}

function showObject({ io, values }: GetCall, printer: ObjectPrinter): Shower {
  return (type, object) => {
    const shown = shownIn(values.output, values.showManagedFields, object)
    print(io, printer(values.outputWatchEvents ? { type, object: shown } : shown))
  }
}

/** Rows under one head; the columns of the first table hold for all that follow. */
function showRow({ io, values }: GetCall, { resource }: Wanted): Shower {
  const columns = new Columns()
  let definitions: readonly TableColumn[] = []
  let isHeadDue = !values.noHeaders
  const options = {
    ...tableOptions(values),
    withNamespace: values.allNamespaces && resource.namespaced,
    kindPrefix: values.showKind ? `${resource.singular}/` : '',
  }
  return (type, object) => {
    const table = tableOf(object)
    definitions = table.columnDefinitions ?? definitions
    const event = values.outputWatchEvents ? [type] : []
    const rows = (table.rows ?? []).map((row) => [...event, ...rowCells(definitions, row, options)])
    if (rows.length === 0) return
    const head = isHeadDue ? [[...event.map(() => 'EVENT'), ...headerCells(definitions, options)]] : []
    isHeadDue = false
    print(io, columns.format([...head, ...rows]))
  }
}
