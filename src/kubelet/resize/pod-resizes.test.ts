import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { VirtualClock } from '#testkit/virtual-clock'
import { nothingObserved } from '../pod/observed.ts'
import { PodFolders } from '../volumes/folders.ts'
import { PodResizes } from './pod-resizes.ts'
import { noResizeNotes, resizeNotes, type ResizeNotes } from './resize-notes.ts'

const pod = (uid: string, cpu: string, generation = 1): Pod => ({
  metadata: { name: uid, uid, generation },
  spec: { containers: [{ name: 'a', resources: { requests: { cpu } } }] },
})
const cpuOf = ({ spec }: Pod) => spec?.containers[0]?.resources?.requests?.cpu

function made(notes: ResizeNotes = noResizeNotes) {
  const events: string[] = []
  const tell = (_: Pod, reason: string) => void events.push(reason)
  const recorder = { normal: tell, warning: tell }
  const allocatable = { cpuMilli: 1000, memoryBytes: 2 ** 30, pods: 10 }
  return { events, resizes: new PodResizes({ notes, clock: new VirtualClock(), recorder, allocatable }) }
}

test('PodResizes: a pod keeps what it was promised until there is room', () => {
  const { resizes, events } = made()
  assert.equal(cpuOf(resizes.take(pod('p', '400m'))), '400m')
  const taken = resizes.take(pod('p', '800m', 2))
  assert.equal(cpuOf(taken), '400m')
  assert.equal(taken.metadata.generation, 2, 'all but the resources is new')
  assert.deepEqual(resizes.retry([taken, pod('q', '500m')]), { granted: [], told: ['p'] })
  assert.deepEqual(resizes.retry([taken, pod('q', '500m')]).told, [], 'the same is told once')
  const { pending } = resizes.settle(taken, nothingObserved)
  assert.deepEqual([pending?.reason, pending?.generation], ['Deferred', 2])
  const { granted } = resizes.retry([taken])
  assert.deepEqual(granted.map(cpuOf), ['800m'])
  assert.equal(cpuOf(resizes.take(pod('p', '800m', 3))), '800m')
  assert.deepEqual(events, ['ResizeDeferred', 'ResizeStarted'])
})

test('PodResizes: who waits cannot be promised the same room twice; who ends gets none', () => {
  const { resizes } = made()
  for (const uid of ['p', 'q']) resizes.take(pod(uid, '400m'))
  const taken = ['p', 'q'].map((uid) => resizes.take(pod(uid, '600m', 2)))
  const { granted, told } = resizes.retry(taken)
  assert.deepEqual([granted.map(({ metadata }) => metadata.uid), told], [['p'], ['q']])
  const ending = pod('q', '500m', 3)
  resizes.take({ ...ending, metadata: { ...ending.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } })
  assert.deepEqual(resizes.retry([pod('q', '400m')]), { granted: [], told: [] })
})

test('PodResizes: asking for what was promised before ends the waiting', () => {
  const { resizes } = made()
  resizes.take(pod('p', '400m'))
  resizes.retry([resizes.take(pod('p', '2', 2))])
  const back = resizes.take(pod('p', '400m', 3))
  assert.deepEqual(resizes.settle(back, nothingObserved), {})
})

test('PodResizes: a resize goes on until its cgroup has it; a failure is told once', async () => {
  const { resizes, events } = made()
  const first = resizes.take(pod('p', '400m'))
  await resizes.applied(first)
  const next = pod('p', '600m', 2)
  resizes.retry([resizes.take(next)])
  const seen = () => {
    const given = resizes.noteOf('p')
    return { ...nothingObserved, ...(given && { given }) }
  }
  assert.deepEqual(resizes.settle(next, seen()), { progress: { generation: 2 } })
  resizes.failed(next, 'why')
  resizes.failed(next, 'why')
  const progress = { reason: 'Error', message: 'why', generation: 2 }
  assert.deepEqual(resizes.settle(next, seen()), { progress })
  await resizes.applied(next)
  assert.deepEqual(resizes.settle(next, seen()), {})
  assert.deepEqual(events, ['ResizeStarted', 'ResizeError', 'ResizeCompleted'])
})

test('PodResizes: another kubelet knows what was promised and given', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-unit-'))
  t.after(() => rmSync(root, { recursive: true }))
  const folders = new PodFolders(root)
  mkdirSync(folders.pod('broken'), { recursive: true })
  writeFileSync(folders.resources('broken'), '{"allocated":')
  const { resizes } = made(resizeNotes(folders))
  const first = resizes.take(pod('p', '400m'))
  const [container] = first.spec?.containers ?? []
  assert.ok(container)
  await resizes.applied(first)
  await resizes.starting(first, container, 0)
  await resizes.starting(first, { ...container, resources: {} }, 0)
  const later = made(resizeNotes(folders)).resizes
  await later.load()
  assert.equal(cpuOf(later.take(pod('p', '600m', 2))), '400m')
  assert.deepEqual(later.noteOf('p')?.containers, {
    a: { attempt: 0, resources: { requests: { cpu: '400m' } } },
  })
  assert.equal(later.noteOf('broken'), undefined)
  later.forget('p')
  assert.equal(cpuOf(later.take(pod('p', '600m', 2))), '600m')
})
