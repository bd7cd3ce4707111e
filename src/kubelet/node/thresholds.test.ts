import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineReadings as machine, runtimeReadings as runtime } from '#testkit/node-readings'
import { defaultThresholds, parseThresholds, toPressure } from './thresholds.ts'

const limits = parseThresholds(defaultThresholds)

test('toPressure() is calm while enough is left', () => {
  assert.deepEqual(toPressure(machine(), runtime(), limits), { memory: false, disk: false, pid: false })
})

test('toPressure() compares amounts and parts of the whole', () => {
  const mebi = 2 ** 20
  const memory = (left: number) =>
    toPressure(machine({ memoryAvailableBytes: left }), runtime(), limits).memory
  assert.equal(memory(100 * mebi), false)
  assert.equal(memory(100 * mebi - 1), true)
  const disk = { totalBytes: 1000, availableBytes: 100, inodes: 100, inodesFree: 5 }
  const isShort = (nodeDisk: object, imageDisk: object) =>
    toPressure(
      machine({ nodeDisk: { ...disk, ...nodeDisk } }),
      runtime({ imageDisk: { ...disk, availableBytes: 150, ...imageDisk } }),
      limits,
    ).disk
  assert.equal(isShort({}, {}), false)
  assert.equal(isShort({ availableBytes: 99 }, {}), true)
  assert.equal(isShort({ inodesFree: 4 }, {}), true)
  assert.equal(isShort({}, { availableBytes: 149 }), true)
  assert.equal(isShort({ inodes: 0, inodesFree: 0 }, {}), false, 'a file system that counts no inodes')
  const pids = { processesMax: 1000, processes: 950 }
  assert.equal(toPressure(machine(pids), runtime(), limits).pid, false)
  assert.equal(toPressure(machine(pids), runtime(), parseThresholds({ 'pid.available': '10%' })).pid, true)
})

test('parseThresholds() says what is wrong', () => {
  assert.throws(
    () => parseThresholds({ 'memory.free': '1Mi' }),
    /unknown eviction signal "memory.free"; known are/,
  )
  for (const text of ['101%', 'much', '-1%'])
    assert.throws(
      () => parseThresholds({ 'memory.available': text }),
      /must be a quantity or a percentage/,
      text,
    )
})
