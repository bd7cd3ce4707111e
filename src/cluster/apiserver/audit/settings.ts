import type { Rotation } from './rotating-file.ts'

/** How a backend takes events: one by one while requests wait, or many at once later. */
export type AuditMode = 'batch' | 'blocking' | 'blocking-strict'

/** The modes, as flags name them. */
export const auditModes: readonly AuditMode[] = ['batch', 'blocking', 'blocking-strict']

/** How events are gathered in the mode `batch`. */
export interface BatchSettings {
  /** How many events may wait; more are dropped. */
  readonly bufferMax: number
  readonly sizeMax: number
  /** How long the first event of a batch waits for others, in milliseconds. */
  readonly waitMs: number
  /** Batches a second, and how many may go at once; 0 = no limit. */
  readonly perSecond: number
  readonly burst: number
}

/** What --audit-* flags say. */
export interface AuditSettings {
  readonly policyFile: string
  readonly log?: {
    /** `-` is the standard output. */
    readonly path: string
    readonly mode: AuditMode
    readonly format: 'json' | 'legacy'
    readonly rotation: Rotation
    readonly batch: BatchSettings
  }
  readonly webhook?: {
    readonly kubeconfig: string
    readonly mode: AuditMode
    /** How long to wait before an event is sent again, in milliseconds. */
    readonly backoffMs: number
    readonly batch: BatchSettings
  }
}
