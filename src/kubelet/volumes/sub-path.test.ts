import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { checkSubPath, holdSubPath } from './sub-path.ts'

/** A volume, and beside it what must not be reached. */
function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-subpath-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const [volume, outside] = [join(root, 'volume'), join(root, 'outside')]
  mkdirSync(volume, { mode: 0o755 })
  mkdirSync(outside)
  writeFileSync(join(outside, 'secret'), 'root only')
  return { volume, outside }
}

/** The place that was held, as the kernel names it. */
async function placeOf(volume: string, subPath: string): Promise<string> {
  const held = await holdSubPath(volume, subPath)
  try {
    return readlinkSync(`/proc/self/fd/${held.fd}`)
  } finally {
    await held.close()
  }
}

test('checkSubPath() refuses absolute paths and steps back', () => {
  assert.throws(() => checkSubPath('/etc'), { message: 'error SubPath `/etc` must not be an absolute path' })
  assert.throws(() => checkSubPath('a/../..'), {
    message: "unable to provision SubPath `a/../..`: must not contain '..'",
  })
  checkSubPath('a/..b')
})

test('holdSubPath() finds files and folders, and makes folders with the permissions of the volume', async (t) => {
  const { volume } = place(t)
  writeFileSync(join(volume, 'file'), 'x')
  assert.equal(await placeOf(volume, 'file'), join(volume, 'file'))
  assert.equal(await placeOf(volume, './new//deep/'), join(volume, 'new/deep'))
  assert.equal(statSync(join(volume, 'new/deep')).mode & 0o777, 0o755)
  await assert.rejects(placeOf(volume, 'file/below'), { code: 'ENOTDIR' })
})

test('holdSubPath() follows links that stay in the volume', async (t) => {
  const { volume } = place(t)
  mkdirSync(join(volume, '..files_1'))
  writeFileSync(join(volume, '..files_1/key'), 'x')
  symlinkSync('..files_1', join(volume, '..data'))
  symlinkSync('..data/key', join(volume, 'key'))
  assert.equal(await placeOf(volume, 'key'), join(volume, '..files_1/key'))
})

test('holdSubPath() refuses every link that leads out of the volume, and makes nothing there', async (t) => {
  const { volume, outside } = place(t)
  symlinkSync(outside, join(volume, 'absolute'))
  symlinkSync('../outside', join(volume, 'relative'))
  symlinkSync('/', join(volume, 'root'))
  symlinkSync(join(outside, 'not-yet'), join(volume, 'dangling'))
  symlinkSync('relative', join(volume, 'twice'))
  const paths = ['absolute', 'absolute/secret', 'absolute/new', 'relative/new', 'root/etc/passwd', 'dangling']
  for (const path of [...paths, 'dangling/new', 'twice', 'twice/secret']) {
    await assert.rejects(placeOf(volume, path), { name: 'VolumeError' }, path)
  }
  assert.deepEqual(readdirSync(outside), ['secret'])
})

// The folder that is made anew in the moment when none is there must not end the attack.
const swap = `
  const { renameSync, statSync, symlinkSync, unlinkSync } = require('node:fs')
  const [, volume, outside] = process.argv
  const attempt = (work) => { try { work(); return true } catch { return false } }
  const wait = () => { for (let i = 0; i < 20; i++) statSync(outside) }
  process.stdout.write('begun')
  for (let round = 0, away = 'b0'; ; round++) {
    attempt(() => renameSync(volume + '/a', volume + '/' + away))
    attempt(() => symlinkSync(outside, volume + '/a'))
    wait()
    attempt(() => unlinkSync(volume + '/a'))
    if (!attempt(() => renameSync(volume + '/' + away, volume + '/a'))) away = 'b' + round
    wait()
  }`

test('a folder that is swapped for a link at any moment never leads out of the volume', async (t) => {
  const { volume, outside } = place(t)
  mkdirSync(join(volume, 'a'))
  const attacker = spawn(process.execPath, ['-e', swap, volume, outside], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const outcomes = { inside: 0, refused: 0 }
  try {
    await once(attacker.stdout, 'data')
    for (let round = 0; round < 1500; round++) {
      const at = await placeOf(volume, `a/made${round % 7}`).catch(() => undefined)
      if (at === undefined) outcomes.refused++
      else {
        assert.ok(at.startsWith(`${volume}/`), at)
        outcomes.inside++
      }
    }
  } finally {
    // Gone before the folder goes.
    attacker.kill('SIGKILL')
    await once(attacker, 'exit')
  }
  t.diagnostic(
    `1500 looks during the race: ${outcomes.inside} inside, ${outcomes.refused} refused, 0 outside`,
  )
  assert.deepEqual(readdirSync(outside), ['secret'])
  assert.ok(outcomes.inside > 0 && outcomes.refused > 0, JSON.stringify(outcomes))
})
