import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineReadings as machine } from '#testkit/node-readings'
import { crossed, judge, nothingWatched } from './judge.ts'
import { toLimits } from './limits.ts'
import { observe } from './signals.ts'

const seconds = 1000
const disk = { totalBytes: 1000, availableBytes: 500, inodes: 100, inodesFree: 50 }
const seen = (memoryAvailableBytes: number, nodeDisk = {}, imageDisk = {}) =>
  observe(machine({ memoryBytes: 1000, memoryAvailableBytes, nodeDisk: { ...disk, ...nodeDisk } }), {
    imageDisk: { ...disk, ...imageDisk },
  })
const limits = toLimits({
  hard: { 'nodefs.available': '10%', 'memory.available': '100', 'imagefs.inodesFree': '5' },
  soft: { 'memory.available': '300' },
  softGraceMs: { 'memory.available': 60 * seconds },
  minimumReclaim: { 'nodefs.available': '50' },
})
const names = (some: readonly { signal: string; graceMs: number }[]) =>
  some.map(({ signal, graceMs }) => `${signal}/${graceMs}`)

test('judge() is calm while enough is left', () => {
  assert.deepEqual(judge(nothingWatched, limits, seen(300), 0, 0), {
    watched: nothingWatched,
    pressures: [],
    due: [],
  })
})

test('judge() acts at once on hard thresholds, memory first', () => {
  const { pressures, due } = judge(nothingWatched, limits, seen(99, { availableBytes: 99 }), 0, 0)
  assert.deepEqual(pressures.toSorted(), ['DiskPressure', 'MemoryPressure'])
  assert.deepEqual(names(due), ['memory.available/0', 'nodefs.available/0'])
  const inodes = judge(nothingWatched, limits, seen(300, {}, { inodesFree: 4 }), 0, 0)
  assert.deepEqual(names(inodes.due), ['imagefs.inodesFree/0'])
})

test('judge() waits for the grace of a soft threshold, and begins anew when it was kept between', () => {
  const first = judge(nothingWatched, limits, seen(200), 0, 0)
  assert.deepEqual([first.pressures, first.due], [['MemoryPressure'], []])
  assert.deepEqual(judge(first.watched, limits, seen(200), 59 * seconds, 0).due, [])
  const over = judge(first.watched, limits, seen(200), 60 * seconds, 0)
  assert.deepEqual(names(over.due), ['memory.available/60000'])
  const kept = judge(first.watched, limits, seen(300), 30 * seconds, 0)
  const again = judge(kept.watched, limits, seen(200), 61 * seconds, 0)
  assert.deepEqual(again.due, [])
})

test('judge() tells of a pressure for the transition period after it was last there', () => {
  const first = judge(nothingWatched, limits, seen(99), 0, 300 * seconds)
  const later = judge(first.watched, limits, seen(999), 299 * seconds, 300 * seconds)
  assert.deepEqual([later.pressures, later.due], [['MemoryPressure'], []])
  const gone = judge(later.watched, limits, seen(999), 300 * seconds, 300 * seconds)
  assert.deepEqual(gone.pressures, [])
})

test('judge() goes on until as much was won back as is asked for', () => {
  const first = judge(nothingWatched, limits, seen(999, { availableBytes: 99 }), 0, 0)
  const little = judge(first.watched, limits, seen(999, { availableBytes: 149 }), 1, 0)
  assert.deepEqual([names(little.due), little.pressures], [['nodefs.available/0'], ['DiskPressure']])
  const enough = judge(little.watched, limits, seen(999, { availableBytes: 150 }), 2, 0)
  assert.deepEqual(enough.due, [])
  assert.deepEqual(crossed(limits, seen(999, { availableBytes: 149 })), [])
})

test('observe() leaves out what cannot be told', () => {
  const few = observe(machine({ nodeDisk: { ...disk, inodes: 0 }, processesMax: Infinity }), {
    imageDisk: undefined,
  })
  assert.deepEqual([...few.keys()], ['memory.available', 'nodefs.available'])
})

test('toLimits() wants a grace for each soft threshold', () => {
  assert.throws(
    () => toLimits({ hard: {}, soft: { 'memory.available': '1Mi' } }),
    /grace period must be specified for the soft eviction threshold memory.available/,
  )
})
