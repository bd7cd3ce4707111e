import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import type { KubeObject } from '#schema/object'
import type { Conversion } from '../define.ts'
import type * as v1 from '../gen/autoscaling-v1.ts'
import type * as v2 from '../gen/autoscaling-v2.ts'
import { resources } from '../gen/resources.ts'
import { typeNamed } from '../types.ts'
import { behaviorFromInternal, behaviorToInternal } from './internal-behavior.ts'
import { metricFromV1, metricStatusFromV1, metricStatusToV1, metricToV1 } from './metrics-v1.ts'
import { readAnnotation, roundTrip, withoutRoundTrip } from './round-trip.ts'

/** The share of the processor time that pods asked for, that autoscalers aim at when they are told nothing. */
export const defaultCpuPercent = 80

/** The one metric that version 1 has a field for. */
const isCpuShare = ({ type, resource }: v2.MetricSpec) =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined

const cpuMetric = (percent: number): v2.MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
})

const conditionType = 'HorizontalPodAutoscalerCondition'
const typeV1 = (name: string) => typeNamed(`io.k8s.api.autoscaling.v1.${name}`)

/** The list in an annotation; one that cannot be read says nothing. */
function listed<T>({ metadata }: v1.HorizontalPodAutoscaler, name: string, type: string): T[] | undefined {
  const list = readAnnotation(metadata.annotations?.[name], (value) =>
    Array.isArray(value) ? value.map((one) => decode(typeV1(type), one).object) : undefined,
  )
  return list as T[] | undefined
}

const listText = (list: readonly object[], type: string) =>
  `[${list.map((one) => toJson(typeV1(type), one)).join(',')}]`

function specToV2(view: v1.HorizontalPodAutoscaler): v2.HorizontalPodAutoscalerSpec {
  const { targetCPUUtilizationPercentage: percent, ...same } = view.spec
  const metrics = (listed<v1.MetricSpec>(view, roundTrip.metrics, 'MetricSpec') ?? []).map(metricFromV1)
  if (percent !== undefined) metrics.push(cpuMetric(percent))
  if (metrics.length === 0) metrics.push(cpuMetric(defaultCpuPercent))
  const behavior = behaviorFromInternal(view.metadata.annotations?.[roundTrip.behavior])
  return { ...same, metrics, ...(behavior && { behavior }) }
}

const cpuStatus = (percent: number): v2.MetricStatus => ({
  type: 'Resource',
  resource: { name: 'cpu', current: { averageUtilization: percent } },
})

const noStatus: v1.HorizontalPodAutoscalerStatus & v2.HorizontalPodAutoscalerStatus = {
  currentReplicas: 0,
  desiredReplicas: 0,
}

function statusToV2(view: v1.HorizontalPodAutoscaler): v2.HorizontalPodAutoscalerStatus {
  const { currentCPUUtilizationPercentage: percent, ...same } = view.status ?? noStatus
  const told = listed<v1.MetricStatus>(view, roundTrip.currentMetrics, 'MetricStatus')
  const currentMetrics =
    told?.map(metricStatusFromV1) ?? (percent === undefined ? undefined : [cpuStatus(percent)])
  const conditions = listed<v2.HorizontalPodAutoscalerCondition>(view, roundTrip.conditions, conditionType)
  return { ...same, ...(currentMetrics && { currentMetrics }), ...(conditions && { conditions }) }
}

/** What version 1 has no fields for, as annotations. */
function annotationsOf({ spec, status }: v2.HorizontalPodAutoscaler): Record<string, string> {
  const others = (spec.metrics ?? []).filter((metric) => !isCpuShare(metric)).map(metricToV1)
  const statuses = (status?.currentMetrics ?? []).map(metricStatusToV1)
  const conditions = status?.conditions ?? []
  return {
    ...(others.length > 0 && { [roundTrip.metrics]: listText(others, 'MetricSpec') }),
    ...(statuses.length > 0 && { [roundTrip.currentMetrics]: listText(statuses, 'MetricStatus') }),
    ...(conditions.length > 0 && { [roundTrip.conditions]: listText(conditions, conditionType) }),
    ...(spec.behavior && { [roundTrip.behavior]: behaviorToInternal(spec.behavior) }),
  }
}

/** The shares of the processor time in version 2: the one aimed at, and the one last seen. */
function cpuShares({ spec, status }: v2.HorizontalPodAutoscaler) {
  const isCpu = ({ type, resource }: v2.MetricSpec | v2.MetricStatus) =>
    type === 'Resource' && resource?.name === 'cpu'
  const wanted = (spec.metrics ?? []).find(isCpu)?.resource?.target.averageUtilization
  const seen = (status?.currentMetrics ?? [])
    .filter(isCpu)
    .map(({ resource }) => resource?.current.averageUtilization)
    .findLast((share) => share !== undefined)
  return { wanted, seen }
}

function fromV2(stored: v2.HorizontalPodAutoscaler): v1.HorizontalPodAutoscaler {
  const { metrics: _, behavior: __, ...spec } = stored.spec
  const { currentMetrics: ___, conditions: ____, ...status } = stored.status ?? noStatus
  const { wanted, seen } = cpuShares(stored)
  const view: v1.HorizontalPodAutoscaler = {
    ...stored,
    apiVersion: 'autoscaling/v1',
    metadata: { ...stored.metadata },
    spec: { ...spec, ...(wanted !== undefined && { targetCPUUtilizationPercentage: wanted }) },
    status: {
      currentReplicas: 0,
      ...status,
      ...(seen !== undefined && { currentCPUUtilizationPercentage: seen }),
    },
  }
  withoutRoundTrip(view as KubeObject)
  const annotations = { ...view.metadata.annotations, ...annotationsOf(stored) }
  if (Object.keys(annotations).length > 0) view.metadata.annotations = annotations
  return view
}

/** An autoscaler of version 1 as one of version 2. */
export function toV2(view: v1.HorizontalPodAutoscaler): v2.HorizontalPodAutoscaler {
  const stored: v2.HorizontalPodAutoscaler = {
    ...view,
    apiVersion: 'autoscaling/v2',
    metadata: { ...view.metadata },
    spec: specToV2(view),
    status: statusToV2(view),
  }
  withoutRoundTrip(stored as KubeObject)
  return stored
}

/** Stored autoscalers have the form of version 2. */
export const convertV1: Conversion = {
  storedType: () => typeNamed(resources['autoscaling/v2/horizontalpodautoscalers'].typeName),
  toStored: (view) => toV2(view as unknown as v1.HorizontalPodAutoscaler) as unknown as KubeObject,
  fromStored: (stored) => fromV2(stored as unknown as v2.HorizontalPodAutoscaler) as unknown as KubeObject,
}
