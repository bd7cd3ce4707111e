import { type FieldError, invalid, required, tooLong, tooMany } from '#base/field-error'
import { countErrors } from '../count-errors.ts'
import type { JobSpec, SuccessPolicyRule } from '../gen/batch-v1.ts'
import { parseIndexes } from './job-indexes.ts'

const rulesMax = 20
const indexesBytesMax = 64 * 1024

function* ruleErrors(rule: SuccessPolicyRule, path: string, completions: number): Iterable<FieldError> {
  const { succeededIndexes, succeededCount } = rule
  if (succeededCount === undefined && succeededIndexes === undefined) {
    yield required(path, 'at least one of succeededCount or succeededIndexes must be specified')
  }
  const indexes = parseIndexes(succeededIndexes ?? '', completions)
  if (succeededIndexes !== undefined) {
    const at = `${path}.succeededIndexes`
    if (succeededIndexes.length > indexesBytesMax) yield tooLong(at, indexesBytesMax)
    if (indexes.fault !== undefined) {
      yield invalid(at, succeededIndexes, `error parsing succeededIndexes: ${indexes.fault}`)
    }
  }
  if (succeededCount === undefined) return
  const at = `${path}.succeededCount`
  yield* countErrors(rule, ['succeededCount'], path)
  const limit = (count: number, what: string) =>
    invalid(at, succeededCount, `must be less than or equal to ${count} (the number of ${what})`)
  if (succeededCount > completions) yield limit(completions, 'specified completions')
  if (succeededIndexes !== undefined && succeededCount > indexes.count) {
    yield limit(indexes.count, 'indexes in the specified succeededIndexes field')
  }
}

/** Faults of when a job with indexes has done enough. */
export function* successPolicyErrors(
  { successPolicy, completions = Infinity }: JobSpec,
  path: string,
): Iterable<FieldError> {
  const rules = successPolicy?.rules ?? []
  if (rules.length === 0) {
    const text = 'at least one rules must be specified when the successPolicy is specified'
    yield required(`${path}.rules`, text)
  }
  if (rules.length > rulesMax) yield tooMany(`${path}.rules`, rules.length, rulesMax)
  for (const [i, rule] of rules.entries()) yield* ruleErrors(rule, `${path}.rules[${i}]`, completions)
}
