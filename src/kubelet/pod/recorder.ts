import type { Pod } from '#kinds/gen/core-v1'

/** Where what happens to a pod is told: `container` names the one it happened to. */
export interface Recorder {
  normal(pod: Pod, reason: string, message: string, container?: string): void
  warning(pod: Pod, reason: string, message: string, container?: string): void
}

/** Tells nobody. */
export const silentRecorder: Recorder = { normal() {}, warning() {} }
