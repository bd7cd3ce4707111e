import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pauseProgram } from './pause-program.ts'

test('the pause program ends with 0 at SIGTERM', { skip: process.arch !== 'x64' }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-pause-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'pause')
  writeFileSync(path, pauseProgram(), { mode: 0o755 })
  const child = spawn(path, { stdio: 'ignore' })
  await once(child, 'spawn')
  // A signal that comes before the program waits for it would kill it.
  while (!(await waits(child.pid as number))) await new Promise(setImmediate)
  child.kill('SIGSTOP')
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

/** Asleep, with SIGCHLD ignored. */
async function waits(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return /^State:\tS/m.test(status) && /^SigIgn:\t0000000000010000$/m.test(status)
}
