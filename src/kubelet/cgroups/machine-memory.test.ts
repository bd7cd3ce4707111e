import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { machineMemory } from './machine-memory.ts'

test('machineMemory() knows the version by its files, and whether swap is counted', (t) => {
  const mount = mkdtempSync(join(tmpdir(), 'cgroups-'))
  t.after(() => rmSync(mount, { recursive: true, force: true }))
  const self = join(mount, 'self')
  assert.deepEqual(machineMemory(mount, self), { cgroupVersion: 1, countsSwap: false })
  mkdirSync(join(mount, 'memory'))
  writeFileSync(join(mount, 'memory/memory.memsw.limit_in_bytes'), '')
  assert.deepEqual(machineMemory(mount, self), { cgroupVersion: 1, countsSwap: true })
  writeFileSync(join(mount, 'cgroup.controllers'), 'memory')
  writeFileSync(self, '0::/own\n')
  assert.deepEqual(machineMemory(mount, self), { cgroupVersion: 2, countsSwap: false })
  mkdirSync(join(mount, 'own'))
  writeFileSync(join(mount, 'own/memory.swap.max'), '')
  assert.deepEqual(machineMemory(mount, self), { cgroupVersion: 2, countsSwap: true })
})
