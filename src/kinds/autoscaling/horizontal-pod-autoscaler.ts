import { defineKind, type Rules } from '../define.ts'
import type { HorizontalPodAutoscaler as AutoscalerObject } from '../gen/autoscaling-v2.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { withoutRoundTrip } from './round-trip.ts'
import { autoscalerCells } from './autoscaler-cells.ts'
import { autoscalerChangeErrors, autoscalerErrors, autoscalerStatusErrors } from './autoscaler-errors.ts'

const { prepareCreate, prepareUpdate } = specStatus<AutoscalerObject>({
  newStatus: () => ({ desiredReplicas: 0 }),
})

const rules: Rules<AutoscalerObject> = {
  prepareCreate(autoscaler, context) {
    withoutRoundTrip(autoscaler)
    prepareCreate(autoscaler, context)
  },
  prepareUpdate(next, old, context) {
    withoutRoundTrip(next)
    prepareUpdate(next, old, context)
  },
  validate(autoscaler, { subresource }) {
    return subresource === 'status' ? autoscalerStatusErrors(autoscaler) : autoscalerErrors(autoscaler)
  },
  validateUpdate(next, old, { subresource }) {
    return subresource === 'status' ? [] : autoscalerChangeErrors(next, old)
  },
}

/** HorizontalPodAutoscaler: how many pods something has, by what they have to do. */
export const horizontalPodAutoscaler = defineKind<AutoscalerObject>(
  resources['autoscaling/v2/horizontalpodautoscalers'],
  { cells: autoscalerCells, rules },
)
