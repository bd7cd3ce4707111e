import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { logFolder } from './log-folder.ts'

test('logFolder() reads files and folders, and nothing outside', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-logs-'))
  t.after(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'sub'))
  writeFileSync(join(root, 'a.log'), 'hello')
  symlinkSync('/etc/passwd', join(root, 'link'))
  symlinkSync('/etc', join(root, 'etc'))
  const read = logFolder(root)
  assert.deepEqual(await read(''), { is: 'folder', names: ['a.log', 'etc', 'link', 'sub/'] })
  const file = await read('a.log')
  assert.equal(file?.is === 'file' && Buffer.from(file.bytes).toString(), 'hello')
  for (const path of ['link', 'etc/passwd', '../../etc/passwd', 'none', 'a.log/x']) {
    assert.equal(await read(path), undefined, path)
  }
})
