import { duplicate, type FieldError, invalid } from '#base/field-error'
import { qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import { listErrors } from './sized-lists.ts'

const countMax = 4

/** What has conditions that a pod waits for before it is bound. */
interface Bindable {
  bindingConditions?: string[]
  bindingFailureConditions?: string[]
}

const nameErrors = (name: string, path: string) => eachFault(path, name, qualifiedNameFaults(name))

/** Faults of the conditions that say whether a device is ready, and those that say that it never will be. */
export function* bindingConditionErrors(device: Bindable, path: string): Iterable<FieldError> {
  const { bindingConditions: good, bindingFailureConditions: bad } = device
  const goodPath = `${path}.bindingConditions`
  const badPath = `${path}.bindingFailureConditions`
  yield* listErrors(good ?? [], countMax, goodPath, nameErrors)
  yield* listErrors(bad ?? [], countMax, badPath, nameErrors)
  for (const [i, one] of (good ?? []).entries()) {
    if (good?.indexOf(one) !== i) yield duplicate(`${goodPath}[${i}]`, one)
  }
  for (const [i, one] of (bad ?? []).entries()) {
    if (bad?.indexOf(one) !== i) yield duplicate(`${badPath}[${i}]`, one)
    if (good?.includes(one)) {
      const text = 'bindingFailureConditions must not overlap with bindingConditions'
      yield invalid(`${badPath}[${i}]`, one, text)
    }
  }
  const [goodCount, badCount] = [good?.length ?? 0, bad?.length ?? 0]
  if (goodCount === 0 && badCount > 0) {
    yield invalid(goodPath, good, 'bindingConditions are required to use bindingFailureConditions')
  }
  if (badCount === 0 && goodCount > 0) {
    yield invalid(badPath, bad, 'bindingFailureConditions are required to use bindingConditions')
  }
}
