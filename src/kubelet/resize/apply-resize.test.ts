import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import type { Pod } from '#kinds/gen/core-v1'
import { VirtualClock } from '#testkit/virtual-clock'
import { noCgroups } from '../cgroups/pod-cgroups.ts'
import type { ContainerResources, ContainerStats, Runtime } from '../contract.ts'
import { silentRecorder } from '../pod/recorder.ts'
import { type ApplyOptions, applyResize, ResizeError } from './apply-resize.ts'
import { PodResizes } from './pod-resizes.ts'
import { noResizeNotes } from './resize-notes.ts'

const pod = (memory: string): Pod => ({
  metadata: { name: 'p', uid: 'p' },
  spec: { containers: [{ name: 'a', resources: { requests: { cpu: '1', memory }, limits: { memory } } }] },
})
const targetsOf = ({ spec }: Pod) =>
  (spec?.containers ?? []).map((container) => ({ id: 'id', container, attempt: 0 }))
const memoryOf = (one: Pod | undefined) => one?.spec?.containers[0]?.resources?.limits?.memory

/** A pod that was given this much memory, and what is done to it. */
async function given(memory: string, used = 0) {
  const calls: string[] = []
  const runtime = {
    listContainerStats: async () => [{ name: 'a', memoryWorkingSetBytes: used } as ContainerStats],
    updateContainerResources: async (_: string, { memoryLimitInBytes, cpuQuota }: ContainerResources) =>
      void calls.push(`container ${memoryLimitInBytes} ${cpuQuota}`),
  } as unknown as Runtime
  const cgroups = {
    ...noCgroups(''),
    prepare: async (one: Pod, _alive: readonly Pod[], before?: Pod) =>
      void calls.push(`pod ${memoryOf(one)}${before ? ` or ${memoryOf(before)}` : ''}`),
  }
  const clock = new VirtualClock()
  const resizes = new PodResizes({
    notes: noResizeNotes,
    clock,
    recorder: silentRecorder,
    allocatable: undefined,
  })
  const first = resizes.take(pod(memory))
  await resizes.applied(first)
  const capacity = { cpuMilli: 1000, memoryBytes: 2 ** 30 }
  const machine = { cgroupVersion: 2, countsSwap: false } as const
  const options: ApplyOptions = { runtime, cgroups, resizes, capacity, machine, alive: () => [] }
  return { calls, resizes, apply: (to: Pod) => applyResize(to, targetsOf(to), options, never) }
}

test('applyResize() holds the pod to the wider of both until its containers are done', async () => {
  const { calls, resizes, apply } = await given('4Mi')
  await apply(pod('8Mi'))
  assert.deepEqual(calls, ['pod 8Mi or 4Mi', 'container 8388608 -1', 'pod 8Mi'])
  assert.equal(resizes.noteOf('p')?.containers.a?.resources.limits?.memory, '8Mi')
  assert.equal(resizes.noteOf('p')?.applied?.containers.a?.limits?.memory, '8Mi')
  calls.length = 0
  await apply(pod('8Mi'))
  assert.deepEqual(calls, ['container 8388608 -1'], 'the cgroup has it already')
})

test('applyResize() takes no memory away that is in use', async () => {
  const { calls, resizes, apply } = await given('8Mi', 5_000_000)
  const message =
    'cannot decrease memory limits: [attempting to set pod memory limit (4194304) below current usage (5000000), ' +
    'attempting to set container "a" memory limit (4194304) below current usage (5000000)]'
  await assert.rejects(
    apply(pod('4Mi')),
    (error) => error instanceof ResizeError && error.message === message,
  )
  assert.deepEqual(calls, [])
  assert.equal(resizes.noteOf('p')?.applied?.containers.a?.limits?.memory, '8Mi')
  await apply(pod('6Mi'))
  assert.deepEqual(calls, ['pod 6Mi or 8Mi', 'container 6291456 -1', 'pod 6Mi'])
})
