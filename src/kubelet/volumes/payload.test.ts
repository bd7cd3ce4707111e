import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPath, failureOf, pickFiles, VolumeError } from './payload.ts'

const data = new Map([
  ['a', Buffer.from('1')],
  ['b', Buffer.from('2')],
])

test('pickFiles() takes all keys, or the chosen ones with their own modes', () => {
  const modes = (files: ReturnType<typeof pickFiles>) => [...files].map(([path, { mode }]) => [path, mode])
  assert.deepEqual(modes(pickFiles(data, {}, 'no')), [
    ['a', 0o644],
    ['b', 0o644],
  ])
  const items = [
    { key: 'a', path: 'x/y' },
    { key: 'b', path: 'z', mode: 0o400 },
  ]
  assert.deepEqual(modes(pickFiles(data, { items, defaultMode: 0o600 }, 'no')), [
    ['x/y', 0o600],
    ['z', 0o400],
  ])
})

test('pickFiles() refuses a chosen key that is not there, unless it is optional', () => {
  const items = [{ key: 'none', path: 'x' }]
  assert.throws(() => pickFiles(data, { items }, 'references non-existent secret key'), {
    name: 'VolumeError',
    message: 'references non-existent secret key: none',
  })
  assert.equal(pickFiles(data, { items, optional: true }, 'no').size, 0)
})

test('checkPath() refuses what leads out of a volume, in upstream words', () => {
  const refused = {
    '': 'invalid path: must not be empty: ""',
    '/etc/passwd': 'invalid path: must be relative path: /etc/passwd',
    '../etc': "invalid path: must not contain '..': ../etc",
    'a/../../b': "invalid path: must not contain '..': a/../../b",
    '..': "invalid path: must not contain '..': ..",
    '..data': "invalid path: must not start with '..': ..data",
    '..data/x': "invalid path: must not start with '..': ..data/x",
  }
  for (const [path, message] of Object.entries(refused)) assert.throws(() => checkPath(path), { message })
  assert.throws(() => checkPath('a\0b'), /null byte/)
  assert.throws(() => checkPath('x'.repeat(256)), /filenames must be less than or equal to 255/)
  for (const path of ['a', 'a/b', '.hidden', 'a..b', 'a/..b']) checkPath(path)
})

test('failureOf() names the step and the volume', () => {
  const words = (error: unknown) => failureOf(error, 'v').message
  assert.equal(words(new Error('why')), 'MountVolume.SetUp failed for volume "v" : why')
  const staged = new VolumeError('why', { step: 'MountVolume.MountDevice', volume: 'pv-1' })
  assert.equal(words(staged), 'MountVolume.MountDevice failed for volume "pv-1" : why')
})
