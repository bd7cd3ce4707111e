import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cgroupParent, cgroupParts, cgroupPath, podUidOf } from './cgroup-names.ts'

test('cgroupfs names are the parts of a path', () => {
  const parts = cgroupParts('/', 'Burstable', 'a-b')
  assert.equal(cgroupPath(parts, 'cgroupfs'), '/kubepods/burstable/poda-b')
  assert.equal(cgroupParent(parts, 'cgroupfs'), '/kubepods/burstable/poda-b')
  assert.equal(cgroupPath(cgroupParts('/own/', 'Guaranteed', 'a'), 'cgroupfs'), '/own/kubepods/poda')
  assert.equal(podUidOf('poda-b', 'cgroupfs'), 'a-b')
  assert.equal(podUidOf('burstable', 'cgroupfs'), undefined)
})

test('each slice of systemd bears the names of those above it, and the runtime is told the last one', () => {
  const parts = cgroupParts('/', 'BestEffort', 'a-b')
  const slice = 'kubepods-besteffort-poda_b.slice'
  assert.equal(cgroupPath(parts, 'systemd'), `/kubepods.slice/kubepods-besteffort.slice/${slice}`)
  assert.equal(cgroupParent(parts, 'systemd'), slice)
  assert.equal(
    cgroupPath(cgroupParts('/own.slice', 'Guaranteed'), 'systemd'),
    '/own.slice/own-kubepods.slice',
  )
  assert.equal(podUidOf(slice, 'systemd'), 'a-b')
  assert.equal(podUidOf('kubepods-besteffort.slice', 'systemd'), undefined)
})
