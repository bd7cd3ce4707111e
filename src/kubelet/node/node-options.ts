import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { Client } from '#client'
import type { MachineReadings, RuntimeReadings } from './readings.ts'
import type { Identity } from './registration.ts'
import type { StatusInputs } from './status.ts'

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
  readonly fixed: Omit<StatusInputs, 'machine' | 'runtime' | 'now' | 'podFault' | 'hostname' | 'compat'>
  /** Why pods cannot be looked after, if so. */
  readonly podFault: () => string | undefined
  /** False with --register-node=false: the object must exist. */
  readonly registers: boolean
  /** Tells of what happens to the node. */
  readonly tell?: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  readonly statusMs?: number
  readonly reportMs?: number
  readonly leaseMs?: number
}
