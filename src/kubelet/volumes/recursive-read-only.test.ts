import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRecursivelyReadOnly } from './recursive-read-only.ts'

const mount = { name: 'mnt', mountPath: '/mnt', readOnly: true }

test('recursive read-only mounts are as strict as asked for and as the runtime can', () => {
  assert.equal(isRecursivelyReadOnly(mount, true), false)
  assert.equal(isRecursivelyReadOnly({ ...mount, recursiveReadOnly: 'IfPossible' }, false), false)
  assert.equal(isRecursivelyReadOnly({ ...mount, recursiveReadOnly: 'IfPossible' }, true), true)
  assert.equal(isRecursivelyReadOnly({ ...mount, recursiveReadOnly: 'Enabled' }, true), true)
  assert.throws(() => isRecursivelyReadOnly({ ...mount, recursiveReadOnly: 'Enabled' }, false), {
    message:
      'failed to resolve recursive read-only mode: volume "mnt" requested recursive read-only mode, but it is not supported by the runtime',
  })
})
