import type { Json } from '#schema/object'
import type { ApiResource } from './discovery/resource.ts'
import { type Io, print } from './io.ts'
import { choosePrinter } from './printers/choose.ts'
import { shownIn } from './printers/without-managed-fields.ts'

/** How a command shows what it wrote. */
export interface DoneOptions {
  readonly io: Io
  /** The value of `-o`; '' for a line in words. */
  readonly output: string
  readonly showManagedFields: boolean
  /** Behind the words: ` (dry run)`. */
  readonly note: string
}

/** What shows an object and what was done to it. */
export type ShowDone = (resource: TypeName, object: Json, done: string) => void

/** What a type is called by. */
export type TypeName = Pick<ApiResource, 'singular' | 'kind' | 'group'>

/** `pod/web created`, or the object in the format that was asked for. */
export function doneShower({ io, output, showManagedFields, note }: DoneOptions): ShowDone {
  const printer = output === '' ? undefined : choosePrinter({ output })
  return (resource, object, done) => {
    if (printer) print(io, printer(shownIn(output, showManagedFields, object)))
    else print(io, `${shownType(resource)}/${nameOf(object)} ${done}${note}\n`)
  }
}

/** `pod`, `deployment.apps`. */
export const shownType = ({ singular, kind, group }: TypeName) =>
  `${singular || kind.toLowerCase()}${group === '' ? '' : `.${group}`}`

const nameOf = (object: Json) => (object as { metadata?: { name?: string } }).metadata?.name || '<unknown>'
