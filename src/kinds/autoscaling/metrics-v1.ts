import type * as v1 from '../gen/autoscaling-v1.ts'
import type * as v2 from '../gen/autoscaling-v2.ts'

/** Leaves out what is unset: the annotations are written without it. */
function plain<T extends object>(object: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}

const each = <A, B>(value: A | undefined, convert: (value: A) => B): B | undefined =>
  value === undefined ? undefined : convert(value)

/** What stands for an amount that version 1 must have and version 2 does not tell. */
const none = '0'

const usageToV1 = ({ averageUtilization, averageValue }: v2.MetricTarget) => ({
  targetAverageUtilization: averageUtilization,
  targetAverageValue: averageValue,
})

function usageFromV1(source: v1.ResourceMetricSource): v2.MetricTarget {
  const { targetAverageUtilization: share, targetAverageValue: amount } = source
  return plain<v2.MetricTarget>({
    type: share === undefined ? 'AverageValue' : 'Utilization',
    value: undefined,
    averageValue: amount,
    averageUtilization: share,
  })
}

const identifier = (name: string, selector: v2.MetricIdentifier['selector']) =>
  plain<v2.MetricIdentifier>({ name, selector })

const valueTarget = (value: string | undefined, averageValue: string | undefined) =>
  plain<v2.MetricTarget>({
    type: averageValue === undefined ? 'Value' : 'AverageValue',
    value,
    averageValue,
    averageUtilization: undefined,
  })

/** A metric as version 1 tells it. */
export const metricToV1 = (metric: v2.MetricSpec): v1.MetricSpec =>
  plain<v1.MetricSpec>({
    type: metric.type,
    object: each(metric.object, (one) =>
      plain<v1.ObjectMetricSource>({
        target: one.describedObject,
        metricName: one.metric.name,
        targetValue: one.target.value ?? none,
        selector: one.metric.selector,
        averageValue: one.target.averageValue,
      }),
    ),
    pods: each(metric.pods, (one) =>
      plain<v1.PodsMetricSource>({
        metricName: one.metric.name,
        targetAverageValue: one.target.averageValue ?? none,
        selector: one.metric.selector,
      }),
    ),
    resource: each(metric.resource, ({ name, target }) =>
      plain<v1.ResourceMetricSource>({ name, ...usageToV1(target) }),
    ),
    containerResource: each(metric.containerResource, ({ name, target, container }) =>
      plain<v1.ContainerResourceMetricSource>({ name, ...usageToV1(target), container }),
    ),
    external: each(metric.external, (one) =>
      plain<v1.ExternalMetricSource>({
        metricName: one.metric.name,
        metricSelector: one.metric.selector,
        targetValue: one.target.value,
        targetAverageValue: one.target.averageValue,
      }),
    ),
  })

/** A metric that version 1 told. */
export const metricFromV1 = (metric: v1.MetricSpec): v2.MetricSpec =>
  plain<v2.MetricSpec>({
    type: metric.type,
    object: each(metric.object, (one) => ({
      describedObject: one.target,
      target: valueTarget(one.targetValue, one.averageValue),
      metric: identifier(one.metricName, one.selector),
    })),
    pods: each(metric.pods, (one) => ({
      metric: identifier(one.metricName, one.selector),
      target: { type: 'AverageValue', averageValue: one.targetAverageValue },
    })),
    resource: each(metric.resource, (one) => ({ name: one.name, target: usageFromV1(one) })),
    containerResource: each(metric.containerResource, (one) => ({
      name: one.name,
      target: usageFromV1(one),
      container: one.container,
    })),
    external: each(metric.external, (one) => ({
      metric: identifier(one.metricName, one.metricSelector),
      target: valueTarget(one.targetValue, one.targetAverageValue),
    })),
  })

const usageStatusToV1 = ({ averageUtilization, averageValue }: v2.MetricValueStatus) => ({
  currentAverageUtilization: averageUtilization,
  currentAverageValue: averageValue ?? none,
})

const usageStatusFromV1 = (status: v1.ResourceMetricStatus) =>
  plain<v2.MetricValueStatus>({
    value: undefined,
    averageValue: status.currentAverageValue,
    averageUtilization: status.currentAverageUtilization,
  })

/** What a metric was last seen at, as version 1 tells it. */
export const metricStatusToV1 = (status: v2.MetricStatus): v1.MetricStatus =>
  plain<v1.MetricStatus>({
    type: status.type,
    object: each(status.object, (one) =>
      plain<v1.ObjectMetricStatus>({
        target: one.describedObject,
        metricName: one.metric.name,
        currentValue: one.current.value ?? none,
        selector: one.metric.selector,
        averageValue: one.current.averageValue,
      }),
    ),
    pods: each(status.pods, (one) =>
      plain<v1.PodsMetricStatus>({
        metricName: one.metric.name,
        currentAverageValue: one.current.averageValue ?? none,
        selector: one.metric.selector,
      }),
    ),
    resource: each(status.resource, ({ name, current }) =>
      plain<v1.ResourceMetricStatus>({ name, ...usageStatusToV1(current) }),
    ),
    containerResource: each(status.containerResource, ({ name, current, container }) =>
      plain<v1.ContainerResourceMetricStatus>({ name, ...usageStatusToV1(current), container }),
    ),
    external: each(status.external, (one) =>
      plain<v1.ExternalMetricStatus>({
        metricName: one.metric.name,
        metricSelector: one.metric.selector,
        currentValue: one.current.value ?? none,
        currentAverageValue: one.current.averageValue,
      }),
    ),
  })

const valueStatus = (value: string, averageValue: string | undefined) =>
  plain<v2.MetricValueStatus>({ value, averageValue, averageUtilization: undefined })

/** What a metric was last seen at, that version 1 told. */
export const metricStatusFromV1 = (status: v1.MetricStatus): v2.MetricStatus =>
  plain<v2.MetricStatus>({
    type: status.type,
    object: each(status.object, (one) => ({
      metric: identifier(one.metricName, one.selector),
      current: valueStatus(one.currentValue, one.averageValue),
      describedObject: one.target,
    })),
    pods: each(status.pods, (one) => ({
      metric: identifier(one.metricName, one.selector),
      current: { averageValue: one.currentAverageValue },
    })),
    resource: each(status.resource, (one) => ({ name: one.name, current: usageStatusFromV1(one) })),
    containerResource: each(status.containerResource, (one) => ({
      name: one.name,
      current: usageStatusFromV1(one),
      container: one.container,
    })),
    external: each(status.external, (one) => ({
      metric: identifier(one.metricName, one.metricSelector),
      current: valueStatus(one.currentValue, one.currentAverageValue),
    })),
  })
