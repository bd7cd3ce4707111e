import { type FieldError, invalid, required } from '#base/field-error'
import { dns1035LabelFaults } from '#schema/name-rules'
import type { CustomResourceDefinitionNames } from '../gen/apiextensions-v1.ts'

/** One error that joins all faults of a DNS label; nothing for an empty one. */
export function* labelErrors(
  path: string,
  value: string,
  before = '',
  label: string = value,
): Iterable<FieldError> {
  const faults = dns1035LabelFaults(label)
  if (faults.length > 0) yield invalid(path, value, before + faults.join(','))
}

const mixedCase = 'may have mixed case, but should otherwise match: '

/** Everything wrong with the names of a custom resource that are there. */
export function* definitionNameErrors(
  names: CustomResourceDefinitionNames,
  path: string,
): Iterable<FieldError> {
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names
  if (plural !== '') yield* labelErrors(`${path}.plural`, plural)
  if (singular !== '') yield* labelErrors(`${path}.singular`, singular)
  if (kind !== '') yield* labelErrors(`${path}.kind`, kind, mixedCase, kind.toLowerCase())
  if (listKind !== '') yield* labelErrors(`${path}.listKind`, listKind, mixedCase, listKind.toLowerCase())
  for (const [i, one] of shortNames.entries()) yield* labelErrors(`${path}.shortNames[${i}]`, one)
  if (kind !== '' && kind === listKind) {
    yield invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')
  }
  for (const [i, one] of categories.entries()) yield* labelErrors(`${path}.categories[${i}]`, one)
}

/** An error for each name that a definition must give and does not. */
export function* missingNameErrors(names: CustomResourceDefinitionNames, path: string): Iterable<FieldError> {
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if ((names[name] ?? '') === '') yield required(`${path}.${name}`)
  }
}
