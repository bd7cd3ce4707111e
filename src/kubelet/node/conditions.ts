import { timeOf } from '#base/time'
import type { NodeCondition } from '#kinds/gen/core-v1'
import type { RuntimeReadings } from './readings.ts'
import type { Pressure } from './thresholds.ts'

/** Everything the conditions are computed from. */
export interface ConditionInputs {
  readonly pressure: Pressure
  readonly runtime: RuntimeReadings
  readonly podFault: string | undefined
  readonly shutdownFault?: string | undefined
  readonly compat: 'v1.3' | undefined
  readonly now: number
}

/** A condition without its times. */
type Finding = Pick<NodeCondition, 'type' | 'status'> & { reason: string; message: string }

/** The node's conditions. A transition time moves only when the status does; conditions of others stay. */
export function toConditions(inputs: ConditionInputs, earlier: readonly NodeCondition[]): NodeCondition[] {
  const now = timeOf(inputs.now)
  const own = findings(inputs).map((finding): NodeCondition => {
    const before = earlier.find(({ type }) => type === finding.type)
    const since = before?.status === finding.status ? before.lastTransitionTime : undefined
    const { type, status, reason, message } = finding
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: since ?? now, reason, message }
  })
  const others = earlier.filter(({ type }) => !own.some((one) => one.type === type))
  return [...others, ...own]
}

function findings({ pressure, runtime, podFault, shutdownFault, compat }: ConditionInputs): Finding[] {
  return [
    ...(compat === 'v1.3' ? [outOfDisk(pressure.disk)] : []),
    claim('MemoryPressure', pressure.memory, {
      yes: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
      no: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    }),
    claim('DiskPressure', pressure.disk, {
      yes: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
      no: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    }),
    claim('PIDPressure', pressure.pid, {
      yes: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
      no: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    }),
    readiness(runtime, podFault, shutdownFault),
  ]
}

const outOfDisk = (isShort: boolean) =>
  claim('OutOfDisk', isShort, {
    yes: ['KubeletOutOfDisk', 'out of disk space'],
    no: ['KubeletHasSufficientDisk', 'kubelet has sufficient disk space available'],
  })

type Words = readonly [reason: string, message: string]

function claim(type: string, holds: boolean, words: { yes: Words; no: Words }): Finding {
  const [reason, message] = holds ? words.yes : words.no
  return { type, status: holds ? 'True' : 'False', reason, message }
}

/** Faults in upstream's order. */
function readiness(runtime: RuntimeReadings, podFault?: string, shutdownFault?: string): Finding {
  const isDown = runtime.fault !== undefined
  const down = isDown ? 'container runtime is down' : undefined
  const said = isDown ? [] : runtimeFaults(runtime)
  const faults = [down, podFault, ...said, shutdownFault].filter((one) => one !== undefined)
  const message = faults.length > 1 ? `[${faults.join(', ')}]` : (faults[0] ?? '')
  return claim('Ready', faults.length === 0, {
    yes: ['KubeletReady', 'kubelet is posting ready status'],
    no: ['KubeletNotReady', message],
  })
}

const concerns: Readonly<Record<string, string>> = {
  RuntimeReady: 'container runtime not ready',
  NetworkReady: 'container runtime network not ready',
}

function runtimeFaults({ conditions }: RuntimeReadings): string[] {
  return Object.entries(concerns).flatMap(([type, concern]) => {
    const said = conditions.find((condition) => condition.type === type)
    if (said?.status === true) return []
    if (!said) return [`${concern}: ${type} was not reported`]
    return [`${concern}: ${type}=false reason:${said.reason} message:${said.message}`]
  })
}
