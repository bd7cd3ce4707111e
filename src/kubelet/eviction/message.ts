import { formatQuantity, parseQuantity } from '#base/quantity'
import { amountOf } from '../node/thresholds.ts'
import type { Limit } from './judge.ts'
import type { ContainerUse, PodUse } from './rank.ts'
import { type Observations, type Scarce, signals } from './signals.ts'

/** An amount as upstream writes it: bytes in powers of two, inodes and processes in powers of ten. */
function amount(scarce: Scarce, value: number): string {
  const format = scarce === 'memory' || scarce === 'ephemeral-storage' ? 'BinarySI' : 'DecimalSI'
  return formatQuantity({ nano: BigInt(Math.trunc(value)) * 1_000_000_000n, format })
}

/** Why a pod is evicted for a limit, in upstream's words, each sentence with a space after it. */
export function evictionMessage(limit: Limit, { pod, use }: PodUse, observations: Observations): string {
  const scarce = (signals[limit.signal] as (typeof signals)[string]).scarce
  const seen = observations.get(limit.signal)
  const threshold = seen && amount(scarce, amountOf(limit.threshold, seen.whole))
  const left = seen && `Threshold quantity: ${threshold}, available: ${amount(scarce, seen.available)}. `
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  const blamed = (use?.containers ?? []).flatMap((one) => {
    const container = containers.find(({ name }) => name === one.name)
    const request = container?.resources?.requests?.[scarce]
    return container ? blame(scarce, one, request) : []
  })
  return `The node was low on resource: ${scarce}. ${left ?? ''}${blamed.join('')}`
}

/** What is said of a container that uses more than it asked for. */
function blame(scarce: Scarce, { name, memoryBytes, diskBytes }: ContainerUse, request = '0'): string[] {
  const byKind: Partial<Record<Scarce, number | undefined>> = {
    memory: memoryBytes,
    'ephemeral-storage': diskBytes,
  }
  const used = byKind[scarce]
  const asked = parseQuantity(request)
  if (used === undefined || !asked || BigInt(used) * 1_000_000_000n <= asked.nano) return []
  const text = `Container ${name} was using ${amount(scarce, used)}, request is ${formatQuantity(asked)}`
  return [`${text}, has larger consumption of ${scarce}. `]
}
