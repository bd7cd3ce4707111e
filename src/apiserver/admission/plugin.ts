import type { KubeObject } from '#schema/object'
import type { Call } from '../call.ts'

/** What admission looks at: one write that is about to happen. */
export interface Admission {
  readonly call: Call
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE'
  /** The new object; undefined for a deletion. */
  readonly object: KubeObject | undefined
  readonly old: KubeObject | undefined
}

/** A gate that every write passes, in the order of the list. Refuses by throwing ApiError. */
export interface AdmissionPlugin {
  readonly name: string
  /** May change the object. */
  mutate?(admission: Admission): void | Promise<void>
  /** May only refuse. */
  validate?(admission: Admission): void | Promise<void>
}

/** Runs the mutating half of all plugins. */
export async function mutateAll(admission: Admission): Promise<void> {
  for (const plugin of admission.call.core.admission) await plugin.mutate?.(admission)
}

/** Runs the refusing half of all plugins. */
export async function validateAll(admission: Admission): Promise<void> {
  for (const plugin of admission.call.core.admission) await plugin.validate?.(admission)
}
