import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { Client } from '#client'
import type { MachineReadings, RuntimeReadings } from './readings.ts'
import type { Identity } from './registration.ts'
import type { StatusInputs } from './status.ts'
import type { Pressure } from './thresholds.ts'

/** What keeps a node's object true. */
export interface NodeOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly identity: Identity
  readonly readMachine: () => Promise<MachineReadings>
  readonly readRuntime: (signal: Cancel) => Promise<RuntimeReadings>
  /** What does not change while the node runs. */
  readonly fixed: Omit<
    StatusInputs,
    | 'machine'
    | 'runtime'
    | 'now'
    | 'podFault'
    | 'shutdownFault'
    | 'pressure'
    | 'volumesInUse'
    | 'hostname'
    | 'compat'
  >
  /** Why pods cannot be looked after, if so. */
  readonly podFault: () => string | undefined
  /** Why it is not ready on account of its shutdown, if so. */
  readonly shutdownFault?: () => string | undefined
  /** What the node is short of, where something watches it. */
  readonly pressure?: () => Pressure
  /** Attached volumes that must stay so; none without it. */
  readonly volumesInUse?: () => Promise<readonly string[]>
  /** Calls its listener when the status is to be told at once; gives a function that takes the listener back. */
  readonly onChange?: (listener: () => void) => () => void
  /** False with --register-node=false: the object must exist. */
  readonly registers: boolean
  /** Tells of what happens to the node. */
  readonly tell?: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  readonly statusMs?: number
  readonly reportMs?: number
  /** How often the lease is renewed: after a quarter of how long it lasts without it. */
  readonly leaseMs?: number
  /** How long the lease lasts; 40 without it. */
  readonly leaseSeconds?: number
}
