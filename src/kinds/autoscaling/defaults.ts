import type { HandRule } from '#schema/default'
import type { HorizontalPodAutoscaler, HPAScalingRules } from '../gen/autoscaling-v2.ts'

const scaleUp = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
})

const scaleDown = (): HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
})

/** Whoever says something about the behaviour gets the rest of it in words. */
function autoscaler({ spec }: HorizontalPodAutoscaler): void {
  const { behavior } = spec
  if (!behavior) return
  behavior.scaleUp = { ...scaleUp(), ...behavior.scaleUp }
  behavior.scaleDown = { ...scaleDown(), ...behavior.scaleDown }
}

/** Defaults of autoscaling that no table can tell. */
export const autoscalingDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler': { after: autoscaler },
}
