import { duplicate, type FieldError, required } from '#base/field-error'
import { qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { TopologySelectorLabelRequirement, TopologySelectorTerm } from '../gen/core-v1.ts'

function* requirementErrors(
  { key, values }: TopologySelectorLabelRequirement,
  isTaken: boolean,
  path: string,
): Iterable<FieldError> {
  if (values.length === 0) yield required(`${path}.values`)
  for (const [i, value] of values.entries()) {
    if (values.indexOf(value) < i) yield duplicate(`${path}.values[${i}]`, value)
  }
  yield* eachFault(`${path}.key`, key, qualifiedNameFaults(key))
  if (isTaken) yield duplicate(`${path}.key`, key)
}

/** What a term asks for, whatever the order of its keys and values. */
function meaningOf({ matchLabelExpressions = [] }: TopologySelectorTerm): string {
  const asked = new Map(matchLabelExpressions.map(({ key, values }) => [key, [...new Set(values)].sort()]))
  return JSON.stringify([...asked].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Faults of where volumes may be: no term may stand twice. */
export function* topologyErrors(terms: readonly TopologySelectorTerm[]): Iterable<FieldError> {
  // Upstream begins with one term that asks for nothing for each of the list.
  const meanings = terms.map(() => '[]')
  for (const [i, term] of terms.entries()) {
    const path = `allowedTopologies[${i}].matchLabelExpressions`
    const keys = (term.matchLabelExpressions ?? []).map(({ key }) => key)
    for (const [j, one] of (term.matchLabelExpressions ?? []).entries()) {
      yield* requirementErrors(one, keys.indexOf(one.key) < j, `${path}[${j}]`)
    }
    const meaning = meaningOf(term)
    for (const other of meanings) if (other === meaning) yield duplicate(path, '')
    meanings.push(meaning)
  }
}
