import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocatable, forPods, reservationFault, reservedAmounts } from './allocatable.ts'
import { parseThresholds } from './thresholds.ts'

const machine = {
  cpus: 2,
  memoryBytes: 1000,
  hugePages: [{ pageBytes: 10, totalBytes: 100 }],
  nodeDisk: { totalBytes: 5000, availableBytes: 0, inodes: 0, inodesFree: 0 },
  processesMax: 300,
}
const thresholds = parseThresholds({ 'memory.available': '50', 'nodefs.available': '10%' })
const reserved = reservedAmounts(
  { cpu: '100m', memory: '200', pid: '20' },
  { cpu: '0.5', 'ephemeral-storage': '1k' },
  undefined,
)

test('what pods may ask for is what is left of reservations, huge pages and thresholds', () => {
  assert.deepEqual(reserved, { cpuMilli: 600, memoryBytes: 200, diskBytes: 1000, pids: 20 })
  assert.deepEqual(allocatable(machine, reserved, thresholds), {
    cpuMilli: 1400,
    memoryBytes: 650,
    diskBytes: 3500,
    pids: 280,
  })
  assert.deepEqual(forPods(machine, reserved), {
    cpuMilli: 1400,
    memoryBytes: 800,
    diskBytes: 4000,
    pids: 280,
  })
})

test('a node cannot keep more than it has', () => {
  assert.equal(reservationFault(machine, reserved, thresholds), undefined)
  assert.equal(
    reservationFault(machine, reservedAmounts({ cpu: '3' }), thresholds),
    'invalid Node Allocatable configuration. Resource "cpu" has a reservation of 3000m but capacity of 2000m. Expected capacity >= reservation.',
  )
  assert.match(reservationFault(machine, reservedAmounts({ memory: '951' }), thresholds) ?? '', /"memory"/)
  assert.equal(allocatable(machine, reservedAmounts({ memory: '951' }), thresholds).memoryBytes, 0)
})
