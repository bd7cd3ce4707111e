import type { KindDef } from '../define.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { horizontalPodAutoscalerV1 } from './horizontal-pod-autoscaler-v1.ts'

/** The kinds of autoscaling. */
export const autoscalingKinds: readonly KindDef[] = [horizontalPodAutoscalerV1, horizontalPodAutoscaler]
