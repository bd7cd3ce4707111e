import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlagError, flag, stringKind } from '#base/flags'
import { faultText } from './fault-text.ts'

const flags = { certDir: flag('cert-dir', stringKind, '', 'A folder.') }

test('faultText() names the flag that was meant, and where all are', () => {
  assert.equal(
    faultText('kubelet', flags, new FlagError('unknown flag: --cert-dri')),
    'Error: unknown flag: --cert-dri\nDid you mean --cert-dir?\nRun "kubelet --help" for all flags.\n',
  )
  assert.equal(
    faultText('kubelet', flags, new FlagError('unknown flag: --zzzzzzzz')),
    'Error: unknown flag: --zzzzzzzz\nRun "kubelet --help" for all flags.\n',
  )
})

test('faultText() adds nothing to what is no matter of flags', () => {
  assert.equal(faultText('kubelet', flags, new Error('no disk')), 'Error: no disk\n')
  assert.equal(faultText('kubelet', flags, 'odd'), 'Error: odd\n')
})
