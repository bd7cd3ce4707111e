import type { Pod } from '#kinds/gen/core-v1'
import type { RuntimeContainer, Sandbox } from '../contract.ts'
import { containerAnnotations, podLabels } from './labels.ts'

/** A pod that the runtime has and no source names, as far as its labels tell; enough to end it well. */
export function orphanPod({ labels, annotations }: Sandbox | RuntimeContainer): Pod {
  const grace = Number(annotations[containerAnnotations.grace])
  return {
    metadata: {
      name: labels[podLabels.name] ?? '',
      namespace: labels[podLabels.namespace] ?? '',
      uid: labels[podLabels.uid] ?? '',
    },
    spec: { containers: [], ...(Number.isFinite(grace) && { terminationGracePeriodSeconds: grace }) },
  }
}
