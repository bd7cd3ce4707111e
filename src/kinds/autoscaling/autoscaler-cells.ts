import type { Cell } from '../define.ts'
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../gen/autoscaling-v2.ts'

const unknown = '<unknown>'
const shownMax = 2

/** What an amount of upstream's shows where there is none. */
const amount = (text: string | undefined) => text ?? '<nil>'
const percent = (share: number | undefined, none: string) => (share === undefined ? none : `${share}%`)

function resourceText(name: string, target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) {
    return `${name}: ${current ? amount(current.averageValue) : unknown}/${target.averageValue}`
  }
  const now = percent(current?.averageUtilization, unknown)
  return `${name}: ${now}/${percent(target.averageUtilization, '<auto>')}`
}

function valueText(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) {
    return `${current ? amount(current.averageValue) : unknown}/${target.averageValue} (avg)`
  }
  return `${current ? amount(current.value) : unknown}/${amount(target.value)}`
}

function metricText(metric: MetricSpec, status: MetricStatus | undefined): string {
  const { type, external, object, pods, resource, containerResource } = metric
  if (type === 'External' && external) return valueText(external.target, status?.external?.current)
  if (type === 'Object' && object) return valueText(object.target, status?.object?.current)
  if (type === 'Pods' && pods) {
    const current = status?.pods ? amount(status.pods.current.averageValue) : unknown
    return `${current}/${amount(pods.target.averageValue)}`
  }
  if (type === 'Resource' && resource) {
    return resourceText(resource.name, resource.target, status?.resource?.current)
  }
  if (type === 'ContainerResource' && containerResource) {
    return resourceText(containerResource.name, containerResource.target, status?.containerResource?.current)
  }
  return '<unknown type>'
}

function targets({ spec, status }: HorizontalPodAutoscaler): string {
  const { metrics = [] } = spec
  if (metrics.length === 0) return '<none>'
  const texts = metrics.map((metric, i) => metricText(metric, status?.currentMetrics?.[i]))
  const shown = texts.slice(0, shownMax).join(', ')
  return texts.length > shownMax ? `${shown} + ${texts.length - shownMax} more...` : shown
}

/** The columns of an autoscaler's table that are no plain paths. */
export const autoscalerCells: Readonly<Record<string, Cell<HorizontalPodAutoscaler>>> = {
  Reference: ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
  Targets: targets,
  MinPods: ({ spec }) => (spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas)),
  MaxPods: ({ spec }) => spec.maxReplicas,
  Replicas: ({ status }) => status?.currentReplicas ?? 0,
}
