import assert from 'node:assert/strict'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { giveToGroup } from './fs-group.ts'

const needsRoot = { skip: process.getuid?.() !== 0 && 'needs root' }

test(
  'a volume is given to a group with all that is in it, and nothing behind a link',
  needsRoot,
  async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'kubeling-fsgroup-'))
    t.after(() => rmSync(root, { recursive: true, force: true }))
    const at = (name: string) => join(root, name)
    mkdirSync(at('volume/deep'), { recursive: true, mode: 0o755 })
    writeFileSync(at('outside'), '', { mode: 0o600 })
    writeFileSync(at('volume/deep/file'), '', { mode: 0o600 })
    symlinkSync('../outside', at('volume/link'))
    const owner = (name: string) => {
      const { gid, mode } = statSync(at(name))
      return [gid, (mode & 0o7777).toString(8)]
    }
    const give = (policy?: string, readOnly = false) =>
      giveToGroup(at('volume'), { group: 4321, policy, readOnly })
    await give()
    assert.deepEqual(owner('volume'), [4321, '2775'])
    assert.deepEqual(owner('volume/deep'), [4321, '2775'])
    assert.deepEqual(owner('volume/deep/file'), [4321, '660'])
    assert.equal(lstatSync(at('volume/link')).gid, 4321)
    assert.deepEqual(owner('outside'), [0, '600'])
    chmodSync(at('volume/deep/file'), 0o600)
    await give('OnRootMismatch')
    assert.deepEqual(owner('volume/deep/file'), [4321, '600'])
    await give('Always')
    assert.deepEqual(owner('volume/deep/file'), [4321, '660'])
    chmodSync(at('volume'), 0o755)
    chmodSync(at('volume/deep/file'), 0o600)
    await give('OnRootMismatch', true)
    assert.deepEqual(owner('volume/deep/file'), [4321, '640'])
  },
)
