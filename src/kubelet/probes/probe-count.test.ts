import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, hasFailed, type ProbeCount, type ProbeKind, uncounted } from './probe-count.ts'

const after = (kind: ProbeKind, findings: string, probe: object): ProbeCount =>
  findings
    .split('')
    .filter((one) => one !== '')
    .reduce((count, one) => counted(count, one === '+', probe), uncounted(kind))

test('what holds changes after as many equal findings as the probe asks for', () => {
  const rows: [kind: ProbeKind, findings: string, holds: boolean, failed: boolean][] = [
    ['liveness', '', true, false],
    ['liveness', '--', true, false],
    ['liveness', '--+--', true, false],
    ['liveness', '---', false, true],
    ['startup', '', false, false],
    ['startup', '--', false, false],
    ['startup', '---', false, true],
    ['startup', '--+', false, false],
    ['startup', '--++', true, false],
    ['readiness', '+', false, false],
    ['readiness', '++', true, false],
    ['readiness', '++--', true, false],
    ['readiness', '++---', false, false],
    ['readiness', '++---+', false, false],
    ['readiness', '++---++', true, false],
  ]
  for (const [kind, findings, holds, failed] of rows) {
    const probe = { failureThreshold: 3, successThreshold: 2 }
    const count = after(kind, findings, probe)
    assert.deepEqual([count.holds, hasFailed(kind, count, probe)], [holds, failed], `${kind} ${findings}`)
  }
})

test('without thresholds one success or three failures are enough', () => {
  assert.equal(after('readiness', '+', {}).holds, true)
  assert.equal(after('readiness', '+--', {}).holds, true)
  assert.equal(after('readiness', '+---', {}).holds, false)
})
