import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PodFolders } from '../volumes/folders.ts'
import { endNotes } from './end-notes.ts'

test('endNotes() remembers the nearest deadline of a pod, in its folder', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-unit-'))
  t.after(() => rmSync(root, { recursive: true }))
  const folders = new PodFolders(root)
  for (const uid of ['a', 'b', 'broken']) mkdirSync(folders.pod(uid), { recursive: true })
  writeFileSync(folders.endNote('broken'), 'soon')
  const first = endNotes(folders)
  await first.load()
  await first.note('a', 3000)
  await first.note('a', 2000)
  await first.note('a', 5000)
  await first.note('gone', 1000)
  assert.equal(existsSync(folders.pod('gone')), false, 'a note makes no folder')
  const second = endNotes(folders)
  await second.load()
  assert.deepEqual(
    ['a', 'b', 'broken', 'gone'].map((uid) => second.deadlineOf(uid)),
    [2000, undefined, undefined, undefined],
  )
  second.forget('a')
  assert.equal(second.deadlineOf('a'), undefined)
})
