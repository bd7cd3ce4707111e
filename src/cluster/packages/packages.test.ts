import assert from 'node:assert/strict'
import { test } from 'node:test'
import { installCommand, missingText, noteworthy } from './install.ts'
import { completePath, hasProgram, missingPackages, runtimePackages } from './packages.ts'

const known = (name: string, isThere: boolean) => ({
  name,
  purpose: `is for ${name}`,
  isThere: async () => isThere,
})

test('missingPackages() names those that are not there', async () => {
  const missing = await missingPackages([known('a', true), known('b', false)])
  assert.deepEqual(
    missing.map(({ name }) => name),
    ['b'],
  )
})

test('missingText() gives the exact command', () => {
  const two = [known('runc', false), known('containerd', false)]
  assert.equal(installCommand(two), 'sudo apt-get install -y --no-install-recommends runc containerd')
  const text = missingText(two)
  assert.match(
    text,
    /^this machine lacks some packages:\n {2}runc {8}is for runc\n {2}containerd {2}is for containerd\n/,
  )
  assert.match(text, /\n {2}sudo apt-get install .* runc containerd\n.*--install$/)
})

test('noteworthy() takes the last step out of what apt-get prints', () => {
  const output = 'Get:1 http://x/a b [1 kB]\nUnpacking runc (1.1) ...\n(Reading database ... 5%\r'
  assert.equal(noteworthy(output), 'Unpacking runc')
  assert.equal(noteworthy('Reading package lists...'), '')
})

test('completePath() adds the folders of administrators behind what is there', () => {
  assert.equal(completePath('/opt/bin:/usr/sbin').startsWith('/opt/bin:/usr/sbin:'), true)
  assert.equal(
    completePath('/usr/sbin')
      .split(':')
      .filter((one) => one === '/usr/sbin').length,
    1,
  )
  assert.match(completePath(undefined), /(^|:)\/sbin(:|$)/)
})

test('hasProgram() looks in the system folders even when PATH lacks them', async () => {
  assert.equal(await hasProgram('sh', ''), true)
  assert.equal(await hasProgram('no-such-program-of-ours'), false)
})

test('each package of the runtime is named once', () => {
  const names = runtimePackages.map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)])
})
