import type { AdmissionRule } from '../../define.ts'
import type { Pod, Toleration } from '../../gen/core-v1.ts'

const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const
const seconds = 300

const isTolerated = (all: readonly Toleration[], wanted: string) =>
  all.some(
    ({ key = '', effect = '' }) =>
      (key === wanted || key === '') && (effect === 'NoExecute' || effect === ''),
  )

/** A pod that says nothing of it stays for five minutes on a node that is not ready or cannot be reached. */
export const defaultTolerations: AdmissionRule<Pod> = {
  plugin: 'DefaultTolerationSeconds',
  complete({ spec }) {
    if (!spec) return undefined
    const own = spec.tolerations ?? []
    const missing = keys.filter((key) => !isTolerated(own, key))
    if (missing.length === 0) return undefined
    spec.tolerations = [
      ...own,
      ...missing.map((key) => ({
        key,
        operator: 'Exists' as const,
        effect: 'NoExecute' as const,
        tolerationSeconds: seconds,
      })),
    ]
    return undefined
  },
}
