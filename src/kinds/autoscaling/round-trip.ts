import { DecodeError } from '#schema/decode'
import { JsonSyntaxError, parseJson } from '#schema/json'
import type { Json, KubeObject } from '#schema/object'

/** Annotations in which version 1 shows what it has no fields for. */
export const roundTrip = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
} as const

const names: readonly string[] = Object.values(roundTrip)

/** Takes those annotations off an object: where there are fields, they say nothing. */
export function withoutRoundTrip({ metadata }: KubeObject): void {
  const { annotations } = metadata
  if (!annotations || !names.some((name) => annotations[name] !== undefined)) return
  const rest = Object.entries(annotations).filter(([name]) => !names.includes(name))
  if (rest.length === 0) delete metadata.annotations
  else metadata.annotations = Object.fromEntries(rest)
}

/** Reads what such an annotation says; one in a wrong form says nothing. */
export function readAnnotation<T>(text: string | undefined, read: (value: Json) => T): T | undefined {
  try {
    return text === undefined ? undefined : read(parseJson(text))
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof DecodeError) return undefined
    throw error
  }
}
