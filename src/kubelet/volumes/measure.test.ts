import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { VirtualClock } from '#testkit/virtual-clock'
import { measureFolder } from './measure.ts'
import { ToolFailed, toolRunner } from './run-tool.ts'

test('measureFolder() adds up what lies in a folder and follows no link', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-measure-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'a'), Buffer.alloc(300_000, 1))
  symlinkSync('/usr', join(folder, 'link'))
  const { usedBytes, inodesUsed, capacityBytes } = await measureFolder(toolRunner(new VirtualClock()), folder)
  assert.ok(usedBytes >= 300_000 && usedBytes < 400_000, String(usedBytes))
  assert.equal(inodesUsed, 3)
  assert.ok(capacityBytes > usedBytes)
})

test('measureFolder() counts what is left when files go while it looks', async () => {
  const usage = await measureFolder(async () => {
    throw new ToolFailed('cannot access', '77\t/x\n')
  }, '/')
  assert.equal(Number.isFinite(usage.usedBytes), true)
})
