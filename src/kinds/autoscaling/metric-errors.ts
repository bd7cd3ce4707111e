import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { parseQuantity } from '#base/quantity'
import { dnsLabelFaults, pathSegmentFaults } from '#schema/name-rules'
import { containerResourceFaults } from '../core/resource-names.ts'
import { eachFault } from '../each-fault.ts'
import type {
  ContainerResourceMetricSource,
  ExternalMetricSource,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from '../gen/autoscaling-v2.ts'
import { referenceErrors, versionErrors } from './reference-errors.ts'

const targetTypes = ['Utilization', 'Value', 'AverageValue']

function* targetErrors(target: MetricTarget, path: string): Iterable<FieldError> {
  const { type, averageUtilization } = target
  if (type === '') yield required(`${path}.type`, 'must specify a metric target type')
  if (!targetTypes.includes(type)) {
    yield invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')
  }
  for (const name of ['value', 'averageValue'] as const) {
    const amount = target[name]
    if (amount === undefined || (parseQuantity(amount)?.nano ?? 0n) > 0n) continue
    yield invalid(`${path}.${name}`, amount, 'must be positive')
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    yield invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0')
  }
}

function* identifierErrors({ name }: MetricIdentifier, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`, 'must specify a metric name')
  else yield* eachFault(`${path}.name`, name, pathSegmentFaults(name))
}

const hasNoValue = ({ value, averageValue }: MetricTarget) =>
  value === undefined && averageValue === undefined

function* objectErrors(source: ObjectMetricSource, path: string): Iterable<FieldError> {
  yield* referenceErrors(source.describedObject, `${path}.describedObject`)
  yield* versionErrors(source.describedObject, `${path}.describedObject`, false)
  yield* identifierErrors(source.metric, `${path}.metric`)
  yield* targetErrors(source.target, `${path}.target`)
  if (hasNoValue(source.target)) {
    yield required(`${path}.target.averageValue`, 'must set either a target value or averageValue')
  }
}

function* externalErrors({ metric, target }: ExternalMetricSource, path: string): Iterable<FieldError> {
  yield* identifierErrors(metric, `${path}.metric`)
  yield* targetErrors(target, `${path}.target`)
  if (hasNoValue(target)) {
    const text = 'must set either a target value for metric or a per-pod target'
    yield required(`${path}.target.averageValue`, text)
  }
  if (target.value !== undefined && target.averageValue !== undefined) {
    const text = 'may not set both a target value for metric and a per-pod target'
    yield fieldForbidden(`${path}.target.value`, text)
  }
}

function* podsErrors({ metric, target }: PodsMetricSource, path: string): Iterable<FieldError> {
  yield* identifierErrors(metric, `${path}.metric`)
  yield* targetErrors(target, `${path}.target`)
  if (target.averageValue !== undefined) return
  yield required(`${path}.target.averageValue`, 'must specify a positive target averageValue')
}

/** A resource is aimed at by an amount or by a share of what the pods asked for. */
function* usageErrors(target: MetricTarget, path: string): Iterable<FieldError> {
  yield* targetErrors(target, path)
  const hasShare = target.averageUtilization !== undefined
  const hasAmount = target.averageValue !== undefined
  if (!hasShare && !hasAmount) {
    const text = 'must set either a target raw value or a target utilization'
    yield required(`${path}.averageUtilization`, text)
  }
  if (hasShare && hasAmount) {
    const text = 'may not set both a target raw value and a target utilization'
    yield fieldForbidden(`${path}.averageValue`, text)
  }
}

function* resourceErrors({ name, target }: ResourceMetricSource, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`, 'must specify a resource name')
  yield* usageErrors(target, `${path}.target`)
}

function* containerErrors(source: ContainerResourceMetricSource, path: string): Iterable<FieldError> {
  const { name, container, target } = source
  if (name === '') yield required(`${path}.name`, 'must specify a resource name')
  else yield* eachFault(`${path}.name`, name, containerResourceFaults(name))
  if (container === '') yield required(`${path}.container`, 'must specify a container')
  else yield* eachFault(`${path}.container`, container, dnsLabelFaults(container))
  yield* usageErrors(target, `${path}.target`)
}

/** The field of each type of metric, and its rules, in the order in which they are looked at. */
const sources = {
  Object: ['object', objectErrors],
  External: ['external', externalErrors],
  Pods: ['pods', podsErrors],
  Resource: ['resource', resourceErrors],
  ContainerResource: ['containerResource', containerErrors],
} as const

const types = Object.keys(sources).sort()

/** Everything wrong with one of the metrics that an autoscaler looks at. */
export function* metricErrors(metric: MetricSpec, path: string): Iterable<FieldError> {
  const { type } = metric
  if (type === '') yield required(`${path}.type`, 'must specify a metric source type')
  const isKnown = types.includes(type)
  if (!isKnown) yield notSupported(`${path}.type`, type, types)
  const present = Object.values(sources).filter(([field]) => metric[field] !== undefined)
  // Of several sources only the first is looked into.
  const [field, errors] = present[0] ?? []
  if (field && errors) yield* errors(metric[field] as never, `${path}.${field}`)
  const expected = isKnown ? sources[type as keyof typeof sources][0] : undefined
  if (expected === undefined) yield notSupported(`${path}.type`, type, types)
  else if (metric[expected] === undefined) {
    yield required(`${path}.${expected}`, 'must populate information for the given metric source')
  }
  if (present.length < 2) return
  for (const [other] of present) {
    if (other === expected) continue
    yield fieldForbidden(`${path}.${other}`, 'must populate the given metric source only')
  }
}
