// A pod's cgroup grows before its containers do and shrinks after them: no container may ever have more than its pod.
import type { Cancel } from '#base/cancel'
import { parseQuantity, quantityValue } from '#base/quantity'
import type { Pod } from '#kinds/gen/core-v1'
import { podAmounts } from '../cgroups/amounts.ts'
import type { PodCgroups } from '../cgroups/pod-cgroups.ts'
import type { NodeFacts, Runtime } from '../contract.ts'
import { changedResources, type MachineMemory } from '../env/resources.ts'
import { wordsOf } from '../pod/problem.ts'
import type { ResizeTarget } from './plan-resize.ts'
import { resourcesOf, withResources } from './pod-resources.ts'
import type { PodResizes } from './pod-resizes.ts'

/** What resizes are carried out with. */
export interface ApplyOptions {
  readonly runtime: Runtime
  readonly cgroups: PodCgroups
  readonly resizes: PodResizes
  readonly capacity: NodeFacts['capacity']
  readonly machine: MachineMemory
  /** All pods that have not come to their end. */
  readonly alive: () => readonly Pod[]
}

/** A resize that did not come about; it is tried again. */
export class ResizeError extends Error {
  override readonly name = 'ResizeError'
}

/** Gives a pod and its running containers what they were promised. @throws ResizeError, or the signal's reason */
export async function applyResize(
  pod: Pod,
  targets: readonly ResizeTarget[],
  options: ApplyOptions,
  signal: Cancel,
): Promise<void> {
  const { resizes } = options
  try {
    await applyAll(pod, targets, options, signal)
  } catch (error) {
    if (signal.aborted) throw error
    const message = wordsOf(error)
    resizes.failed(pod, message)
    throw new ResizeError(message, { cause: error })
  }
}

async function applyAll(
  pod: Pod,
  targets: readonly ResizeTarget[],
  { runtime, cgroups, resizes, capacity, machine, alive }: ApplyOptions,
  signal: Cancel,
): Promise<void> {
  const before = withResources(pod, resizes.noteOf(pod.metadata.uid ?? '')?.applied ?? resourcesOf(pod))
  await checkMemory(pod, before, targets, runtime, signal)
  if (before !== pod) await cgroups.prepare(pod, alive(), before)
  for (const { id, container, attempt } of targets) {
    await runtime.updateContainerResources(id, changedResources(pod, container, capacity, machine), signal)
    await resizes.given(pod, container, attempt)
  }
  if (before === pod) return
  await cgroups.prepare(pod, alive())
  await resizes.applied(pod)
}

const limitOf = (text: string | undefined) => {
  const quantity = text === undefined ? undefined : parseQuantity(text)
  return quantity === undefined ? Number.POSITIVE_INFINITY : quantityValue(quantity)
}

/** A limit below what is in use would have the kernel kill: it is refused until less is used. */
async function checkMemory(
  pod: Pod,
  before: Pod,
  targets: readonly ResizeTarget[],
  runtime: Runtime,
  signal: Cancel,
): Promise<void> {
  const old = resourcesOf(before)
  const limit = podLimit(pod)
  const falls = targets.filter(
    ({ container: { name, resources } }) =>
      limitOf(resources?.limits?.memory) < limitOf(old.containers[name]?.limits?.memory),
  )
  if (falls.length === 0 && limit >= podLimit(before)) return
  const labels = { 'io.kubernetes.pod.uid': pod.metadata.uid ?? '' }
  const stats = await runtime.listContainerStats({ labels }, signal)
  const used = (name: string) => {
    const found = stats.find((one) => one.name === name)
    return found?.memoryUsageBytes ?? found?.memoryWorkingSetBytes ?? 0
  }
  const whole = stats.reduce((sum, { name }) => sum + used(name), 0)
  const faults = falls.flatMap(({ container: { name, resources } }) => {
    const least = limitOf(resources?.limits?.memory)
    const what = `attempting to set container "${name}" memory limit (${least})`
    return least < used(name) ? [`${what} below current usage (${used(name)})`] : []
  })
  if (limit < podLimit(before) && limit < whole)
    faults.unshift(`attempting to set pod memory limit (${limit}) below current usage (${whole})`)
  if (faults.length === 0) return
  const all = faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`
  throw new Error(`cannot decrease memory limits: ${all}`)
}

function podLimit(pod: Pod): number {
  const { memoryBytes = -1 } = podAmounts(pod, 0)
  return memoryBytes < 0 ? Number.POSITIVE_INFINITY : memoryBytes
}
