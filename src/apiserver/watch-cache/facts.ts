import type { KindDef } from '#kinds/define'
import type { KubeObject } from '#schema/object'

/** What lists and watches select by: kept of every object, so that none has to be read to be looked at. */
export interface Facts {
  readonly labels: Readonly<Record<string, string>>
  /** The values of the kind's selectable fields, in the order of `factFields`. */
  readonly fields: readonly string[]
}

const noLabels: Readonly<Record<string, string>> = {}
const noFields: readonly string[] = []
const inTheKey = new Set(['metadata.name', 'metadata.namespace'])
const fieldsOf = new WeakMap<KindDef, readonly string[]>()

/** The fields that a kind's objects are selected by, beside their names. */
export function factFields(kind: KindDef): readonly string[] {
  let fields = fieldsOf.get(kind)
  if (fields === undefined) {
    fields = Object.keys(kind.selectable).filter((field) => !inTheKey.has(field))
    fieldsOf.set(kind, fields)
  }
  return fields
}

/** Takes the facts of an object; they share nothing with it that may change. */
export function factsOf(kind: KindDef, object: Readonly<KubeObject>): Facts {
  const { labels } = object.metadata
  const fields = factFields(kind)
  return {
    labels: labels === undefined ? noLabels : { ...labels },
    fields: fields.length === 0 ? noFields : fields.map((field) => kind.selectable[field]?.(object) ?? ''),
  }
}

/** What tells where an object's selectable fields are. */
type Named = { readonly name: string; readonly namespace: string } & Pick<Facts, 'fields'>

/** Reads a selectable field of a kind's objects; found once, because a watch asks of every change. */
export function factReader(kind: KindDef, field: string): (entry: Named) => string {
  if (field === 'metadata.name') return ({ name }) => name
  if (field === 'metadata.namespace') return ({ namespace }) => namespace
  const at = factFields(kind).indexOf(field)
  return ({ fields }) => fields[at] ?? ''
}
