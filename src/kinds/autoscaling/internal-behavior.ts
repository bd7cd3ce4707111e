import { decode } from '#schema/decode'
import { stringifyJson } from '#schema/json'
import type { Json } from '#schema/object'
import { isPlainObject } from '#schema/plain'
import type { HorizontalPodAutoscalerBehavior } from '../gen/autoscaling-v2.ts'
import { internalForm } from '../internal-form.ts'
import { typeNamed } from '../types.ts'
import { readAnnotation } from './round-trip.ts'

const typeName = 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior'

/** How fast an autoscaler may go, as upstream writes it into an annotation: by the names of its own code. */
export const behaviorToInternal = (behavior: HorizontalPodAutoscalerBehavior): string =>
  stringifyJson(internalForm(typeName, behavior))

/** The same value with the names of the API. */
function named(value: Json): Json {
  if (Array.isArray(value)) return value.map(named)
  if (!isPlainObject(value)) return value
  const members = Object.entries(value)
  return Object.fromEntries(
    members.map(([name, one]) => [name.charAt(0).toLowerCase() + name.slice(1), named(one)]),
  )
}

/** Reads such an annotation; undefined for one that says nothing. */
export function behaviorFromInternal(text: string | undefined): HorizontalPodAutoscalerBehavior | undefined {
  const behavior: HorizontalPodAutoscalerBehavior | undefined = readAnnotation(
    text,
    (value) => decode(typeNamed(typeName), named(value)).object,
  )
  return behavior?.scaleUp || behavior?.scaleDown ? behavior : undefined
}
