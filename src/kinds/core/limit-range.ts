import { duplicate, type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import { qualifiedNameFaults } from '#schema/name-rules'
import { defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { LimitRange as LimitRangeObject, LimitRangeItem } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { boundErrors } from './limit-range-item.ts'
import { containerResourceFaults, resourceNameFaults } from './resource-names.ts'

const types = ['Pod', 'Container', 'PersistentVolumeClaim']

function* typeErrors(type: string, path: string): Iterable<FieldError> {
  const faults = qualifiedNameFaults(type)
  yield* eachFault(path, type, faults)
  if (faults.length === 0 && !type.includes('/') && !types.includes(type)) {
    yield invalid(path, type, 'must be a standard limit type or fully qualified')
  }
}

function* nameErrors(
  item: LimitRangeItem,
  bound: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio',
  path: string,
): Iterable<FieldError> {
  const isOfPods = item.type === 'Pod' || item.type === 'Container'
  for (const name of Object.keys(item[bound] ?? {})) {
    const faults = isOfPods ? containerResourceFaults(name) : resourceNameFaults(name)
    yield* eachFault(`${path}.${bound}[${name}]`, name, faults)
  }
}

function* itemErrors(item: LimitRangeItem, path: string): Iterable<FieldError> {
  yield* nameErrors(item, 'max', path)
  yield* nameErrors(item, 'min', path)
  for (const bound of ['default', 'defaultRequest'] as const) {
    if (item.type !== 'Pod') yield* nameErrors(item, bound, path)
    else if (Object.keys(item[bound] ?? {}).length > 0) {
      yield fieldForbidden(`${path}.${bound}`, "may not be specified when `type` is 'Pod'")
    }
  }
  const { type, min, max } = item
  if (type === 'PersistentVolumeClaim' && !min?.['storage'] && !max?.['storage']) {
    const text = 'either minimum or maximum storage value is required, but neither was provided'
    yield required(`${path}.limits`, text)
  }
  yield* nameErrors(item, 'maxLimitRequestRatio', path)
  yield* boundErrors(item, path)
}

const rules: Rules<LimitRangeObject> = {
  *validate({ spec }) {
    const limits = spec?.limits ?? []
    const seen = limits.map(({ type }) => type)
    for (const [i, item] of limits.entries()) {
      const path = `spec.limits[${i}]`
      yield* typeErrors(item.type, `${path}.type`)
      if (seen.indexOf(item.type) < i) yield duplicate(`${path}.type`, item.type)
      yield* itemErrors(item, path)
    }
  },
}

/** LimitRange: how much each pod, container and claim of a namespace may ask for. */
export const limitRange = defineKind<LimitRangeObject>(resources['v1/limitranges'], {
  namesItself: true,
  rules,
})
