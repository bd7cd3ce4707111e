import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLog } from './open-log.ts'

test('openLog() opens a log, and no link, folder or pipe in its place', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-logs-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const at = (...names: string[]) => join(root, 'pods', ...names)
  mkdirSync(at('ns_a_1', 'main'), { recursive: true })
  mkdirSync(join(root, 'secret/main'), { recursive: true })
  writeFileSync(join(root, 'secret/main/0.log'), 'root only')
  writeFileSync(at('ns_a_1', 'main', '0.log'), 'hello')
  const handle = await openLog(at('ns_a_1', 'main', '0.log'))
  assert.equal(await handle.readFile('utf8'), 'hello')
  await handle.close()
  // The whole place of logs may lie elsewhere: that is the operator's link.
  symlinkSync(at(), join(root, 'link'))
  await (await openLog(join(root, 'link/ns_a_1/main/0.log'))).close()
  symlinkSync(join(root, 'secret/main/0.log'), at('ns_a_1', 'main', '1.log'))
  symlinkSync(join(root, 'secret/main'), at('ns_a_1', 'other'))
  symlinkSync(join(root, 'secret'), at('ns_b_2'))
  mkdirSync(at('ns_a_1', 'main', '2.log'))
  for (const path of ['ns_a_1/main/1.log', 'ns_a_1/other/0.log', 'ns_b_2/main/0.log', 'ns_a_1/main/2.log']) {
    await assert.rejects(openLog(at(path)), path)
  }
})
