import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { toTar } from './tar.ts'

test('toTar() writes what tar reads: files, folders, links, long paths and modes', () => {
  const long = `${'a'.repeat(90)}/${'b'.repeat(90)}`
  const archive = toTar([
    { path: 'folder' },
    { path: 'folder/file', body: Buffer.from('hello'), mode: 0o755 },
    { path: 'link', link: 'folder/file' },
    { path: long, body: Buffer.alloc(513) },
  ])
  assert.equal(archive.length % 512, 0)
  const listed = execFileSync('tar', ['-tvf', '-'], { input: archive }).toString().trim().split('\n')
  assert.deepEqual(
    listed.map((line) => line.replace(/\s+/g, ' ').replace(/ \d{4}-\S+ \S+/, '')),
    [
      'drwxr-xr-x 0/0 0 folder/',
      '-rwxr-xr-x 0/0 5 folder/file',
      'lrwxr-xr-x 0/0 0 link -> folder/file',
      `-rw-r--r-- 0/0 513 ${long}`,
    ],
  )
  assert.equal(execFileSync('tar', ['-xOf', '-', 'folder/file'], { input: archive }).toString(), 'hello')
})

test('toTar() refuses a name that does not fit', () => {
  assert.throws(() => toTar([{ path: 'a'.repeat(101) }]), RangeError)
})
