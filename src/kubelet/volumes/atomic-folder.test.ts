import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { writeAtomically } from './atomic-folder.ts'

function folderOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-atomic-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const payload = (files: Record<string, string>, mode = 0o644) =>
  new Map(Object.entries(files).map(([path, text]) => [path, { data: Buffer.from(text), mode }]))

test('a change swaps all files at once by one link, and takes the old ones away', async (t) => {
  const folder = folderOf(t)
  assert.equal(await writeAtomically(folder, payload({ a: '1', 'x/y': '2' }), undefined), true)
  const first = readlinkSync(join(folder, '..data'))
  assert.equal(readFileSync(join(folder, 'x/y'), 'utf8'), '2')
  assert.equal(readlinkSync(join(folder, 'x')), '..data/x')
  assert.equal(await writeAtomically(folder, payload({ a: '1', 'x/y': '2' }), undefined), false)
  assert.equal(readlinkSync(join(folder, '..data')), first)
  assert.equal(await writeAtomically(folder, payload({ a: '3' }), undefined), true)
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), '3')
  const second = readlinkSync(join(folder, '..data'))
  assert.deepEqual(readdirSync(folder).sort(), [second, '..data', 'a'].sort())
})

test('modes are kept, and a change of mode is a change', async (t) => {
  const folder = folderOf(t)
  await writeAtomically(folder, payload({ a: '1' }, 0o400), undefined)
  assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o400)
  assert.equal(await writeAtomically(folder, payload({ a: '1' }, 0o440), undefined), true)
})

test('a group may read files and gets the folders', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, async (t) => {
  const folder = folderOf(t)
  await writeAtomically(folder, payload({ 'x/a': '1' }, 0o600), 1234)
  const [file, inner] = [statSync(join(folder, 'x/a')), statSync(join(folder, 'x'))]
  assert.deepEqual([file.mode & 0o7777, file.gid], [0o640, 1234])
  assert.deepEqual([inner.mode & 0o7777, inner.gid], [0o2755, 1234])
  assert.equal(await writeAtomically(folder, payload({ 'x/a': '1' }, 0o600), 1234), false)
})

test('a key that leads out of the volume is refused before anything is written', async (t) => {
  const folder = folderOf(t)
  const beside = `${folder}-beside`
  for (const path of ['../escape', '/escape', `../${beside.split('/').at(-1)}/x`, 'a/../../b', '..data']) {
    await assert.rejects(writeAtomically(folder, payload({ good: '1', [path]: 'x' }), undefined), {
      name: 'VolumeError',
    })
  }
  assert.deepEqual(readdirSync(folder), [])
  assert.equal(existsSync(beside), false)
})
