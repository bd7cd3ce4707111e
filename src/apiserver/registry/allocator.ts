import type { KubeObject } from '#schema/object'

/** What was taken for one write. */
export interface Reservation {
  /** The write is done: gives back what the object had before and has no longer. */
  commit(): Promise<void>
  /** The write was not done: gives back what was taken for it. */
  undo(): Promise<void>
}

/** Gives objects what there is but once in the cluster: addresses, ports. */
export interface Allocator {
  /**
   * Takes what an object asks for or lacks and puts it into the object, before the object is written. A rehearsal
   * looks only. @throws ApiError Invalid, InternalError when it cannot be had; then nothing is taken.
   */
  reserve(
    object: KubeObject,
    old: Readonly<KubeObject> | undefined,
    isRehearsal: boolean,
  ): Promise<Reservation>
  /** Gives back what a removed object had. */
  release(object: Readonly<KubeObject>): Promise<void>
}

/** The reservation of kinds that take nothing. */
export const nothingReserved: Reservation = { async commit() {}, async undo() {} }
