// What the flags of kube-apiserver come to where they open something.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFlags } from '#base/flags'
import { apiServerFlags } from './flags.ts'
import { settingsFromFlags } from './settings.ts'

const context = { ownAddress: '192.0.2.1', logReader: () => async () => undefined }
const settings = (...argv: string[]) => settingsFromFlags(parseFlags(apiServerFlags, argv).values, context)

test('the insecure port is on loopback, on 8080, and can be turned off', () => {
  assert.deepEqual(settings().insecure, { address: '127.0.0.1', port: 8080, names: [] })
  assert.equal(settings('--insecure-port=0', '--insecure-bind-address=0.0.0.0').insecure, undefined)
  const named = settings('--insecure-bind-address=::1', '--insecure-allowed-hosts=a.example,b.example')
  assert.deepEqual(named.insecure, { address: '::1', port: 8080, names: ['a.example', 'b.example'] })
  assert.equal(settings('--insecure-bind-address=127.0.0.9').insecure?.address, '127.0.0.9')
})

test('the insecure port opens to other machines only when a flag says so', () => {
  for (const address of ['0.0.0.0', '::', '192.168.8.100', 'fd00::1']) {
    const bind = `--insecure-bind-address=${address}`
    assert.throws(
      () => settings(bind),
      (error: Error) =>
        error.message ===
        `invalid argument "${address}" for "--insecure-bind-address" flag: other machines can reach it, and whoever does may do everything: give --insecure-allow-remote to have it so`,
    )
    assert.equal(settings(bind, '--insecure-allow-remote').insecure?.address, address)
    // The tutorial's release knows no other port.
    assert.equal(settings(bind, '--compat=v1.3').insecure?.address, address)
  }
})
