import { type Quantity, compareQuantity, parseQuantity } from '#base/quantity'
import type { Json } from '#schema/object'
import { KubectlError } from '../fault.ts'
import { JsonPathTemplate, inBraces } from '../jsonpath/template.ts'

/** Puts things in the order of a field of the objects they stand for. @throws KubectlError when no object has it. */
export function sorter(
  path: string,
): <T>(things: readonly T[], objectOf: (thing: T) => Json) => readonly T[] {
  if (path === '') return (things) => things
  const expression = inBraces(path)
  const template = new JsonPathTemplate(expression, true)
  return (things, objectOf) => {
    const keyed = things.map((thing) => ({ thing, key: template.values(objectOf(thing))[0] }))
    if (keyed.length > 0 && keyed.every(({ key }) => key === undefined))
      throw new KubectlError(
        `couldn't find any field with path ${JSON.stringify(expression)} in the list of objects`,
      )
    return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ thing }) => thing)
  }
}

/** What is missing comes first. */
function compare(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [String(a as string), String(b as string)]
  const [q, r] = [parseQuantity(x), parseQuantity(y)] as [Quantity | undefined, Quantity | undefined]
  if (q && r) return compareQuantity(q, r)
  return natural(x, y)
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant', caseFirst: 'upper' })
/** `pod2` before `pod10`. */
const natural = (a: string, b: string) => collator.compare(a, b)
