import { badRequest } from '#base/errors'
import type { KindDef } from '#kinds/define'
import { type FieldSelector, parseFieldSelector } from '#schema/field-selector'
import { type LabelSelector, parseLabelSelector } from '#schema/label-selector'
import type { ReadOptions } from './options.ts'
import type { Entry } from './watch-cache/entry.ts'
import { factReader } from './watch-cache/facts.ts'

/** Which entries a list or a watch wants. */
export interface Selection {
  readonly isEverything: boolean
  /** The one name that is wanted, when the field selector says so. */
  readonly name: string | undefined
  /** The values that fields must have. */
  readonly equal: readonly { readonly field: string; readonly value: string }[]
  matches(entry: Entry): boolean
}

const everything: Selection = { isEverything: true, name: undefined, equal: [], matches: () => true }

/** Reads the selectors. @throws ApiError BadRequest for a malformed selector or a field that the kind does not select by. */
export function selectionOf(
  kind: KindDef,
  options: Pick<ReadOptions, 'labelSelector' | 'fieldSelector'>,
): Selection {
  if (options.labelSelector === '' && options.fieldSelector === '') return everything
  const labels = parsed(() => parseLabelSelector(options.labelSelector))
  const fields = parsed(() => parseFieldSelector(options.fieldSelector))
  checkFields(kind, fields)
  const matchesFields = fieldMatcher(kind, fields)
  return {
    isEverything: false,
    name: fields.find((one) => one.field === 'metadata.name' && one.operator !== '!=')?.value,
    equal: fields
      .filter(({ operator }) => operator !== '!=')
      .map(({ field, value }) => ({ field: realField(kind, field), value })),
    matches: (entry) => matchesLabels(labels, entry) && matchesFields(entry),
  }
}

function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw badRequest((error as Error).message, error)
  }
}

const matchesLabels = (labels: LabelSelector, entry: Entry) => labels.matches(entry.labels)

/** Labels of selectable fields, their old names resolved. */
function realField(kind: KindDef, label: string): string {
  return kind.fieldSelectors.find((one) => one.label === label)?.alias ?? label
}

/** Labels that every kind without a list of its own selects by. */
const commonLabels = ['metadata.name', 'metadata.namespace']

/** @throws ApiError BadRequest for a field that the kind does not select by. */
function checkFields(kind: KindDef, fields: FieldSelector): void {
  const known = kind.fieldSelectors.map((one) => one.label)
  const odd = fields.find(({ field }) => !known.includes(field))
  if (odd === undefined) return
  const isCommon =
    known.length === commonLabels.length && commonLabels.every((label) => known.includes(label))
  throw badRequest(
    isCommon
      ? `${JSON.stringify(odd.field)} is not a known field selector: only ${commonLabels.map((label) => JSON.stringify(label)).join(', ')}`
      : `field label not supported: ${odd.field}`,
  )
}

/** What the fields must be, as a question to one entry. */
function fieldMatcher(kind: KindDef, fields: FieldSelector): (entry: Entry) => boolean {
  const wanted = fields.map(({ field, operator, value }) => {
    const read = factReader(kind, realField(kind, field))
    return { read, value, isEqual: operator !== '!=' }
  })
  return (entry) => wanted.every(({ read, value, isEqual }) => (read(entry) === value) === isEqual)
}
