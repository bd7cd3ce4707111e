import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { files } from './files.ts'

test('files.list() gives the files below a folder, folder by folder, by name', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-files-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, '15-more'))
  for (const name of ['20-b.conf', '10-a.conf', '15-more/z.conf', '15-more/a.conf'])
    writeFileSync(join(folder, name), '')
  const found = await files.list(folder)
  assert.deepEqual(
    found.map((path) => path.slice(folder.length + 1)),
    ['10-a.conf', '15-more/a.conf', '15-more/z.conf', '20-b.conf'],
  )
  await assert.rejects(files.list(join(folder, 'none')), { code: 'ENOENT' })
})
