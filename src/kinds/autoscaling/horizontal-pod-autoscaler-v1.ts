import { type Cell, defineKind, type Rules } from '../define.ts'
import type { HorizontalPodAutoscaler as AutoscalerView } from '../gen/autoscaling-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { autoscalerCells } from './autoscaler-cells.ts'
import { autoscalerChangeErrors, autoscalerErrors, autoscalerStatusErrors } from './autoscaler-errors.ts'
import { convertV1, defaultCpuPercent, toV2 } from './convert-v1.ts'
import { roundTrip } from './round-trip.ts'

const cells: Record<string, Cell<AutoscalerView>> = {}
for (const [name, cell] of Object.entries(autoscalerCells)) {
  cells[name] = (view, now) => cell(toV2(view), now)
}

const rules: Rules<AutoscalerView> = {
  ...specStatus<AutoscalerView>({ newStatus: () => ({ currentReplicas: 0, desiredReplicas: 0 }) }),
  default({ metadata, spec }) {
    if (metadata.annotations?.[roundTrip.metrics] !== undefined) return
    spec.targetCPUUtilizationPercentage ??= defaultCpuPercent
  },
  validate(view, { subresource }) {
    const autoscaler = toV2(view)
    return subresource === 'status' ? autoscalerStatusErrors(autoscaler) : autoscalerErrors(autoscaler)
  },
  validateUpdate(next, old, { subresource }) {
    return subresource === 'status' ? [] : autoscalerChangeErrors(toV2(next), toV2(old))
  },
}

/** HorizontalPodAutoscaler of version 1: the same objects, of which it shows one metric and the rest as annotations. */
export const horizontalPodAutoscalerV1 = defineKind<AutoscalerView>(
  resources['autoscaling/v1/horizontalpodautoscalers'],
  { cells, rules, convert: convertV1 },
)
