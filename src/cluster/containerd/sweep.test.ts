import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mountsBelow } from './sweep.ts'

test('mountsBelow() gives the mounts of the folder, innermost first, with blanks decoded', () => {
  const mounts = [
    '/dev/vda / ext4 rw 0 0',
    'tmpfs /data/k/run tmpfs rw 0 0',
    'overlay /data/k/run/a\\040b overlay rw 0 0',
    'tmpfs /data/kk tmpfs rw 0 0',
  ].join('\n')
  assert.deepEqual(mountsBelow(mounts, '/data/k'), ['/data/k/run/a b', '/data/k/run'])
})
