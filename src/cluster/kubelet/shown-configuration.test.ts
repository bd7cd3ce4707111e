import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './configuration/validation.ts'
import { readConfiguration } from './configuration/read-configuration.ts'
import { shownConfiguration } from './shown-configuration.ts'

test('what /configz shows is a configuration that is taken again, in upstream’s order, without secrets', () => {
  const shown = shownConfiguration({
    runtimeEndpoint: 'unix:///c.sock',
    server: { address: '0.0.0.0', port: 10250 },
    manifestUrl: { url: 'http://a', headers: [['Authorization', 'secret']], checkMs: 1000 },
    shutdownGroups: [{ priority: 1, seconds: 2 }],
    leaseSeconds: 20,
    evictionSoft: { 'memory.available': '1Gi' },
    evictionSoftGraceMs: { 'memory.available': 90_000 },
    authorization: 'Webhook',
  })
  const text = JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    ...shown,
  })
  assert.doesNotMatch(text, /secret/)
  const { object, strict } = readConfiguration(text, '/c')
  assert.deepEqual(strict, [])
  const { faults, notes, flags } = judge(object)
  assert.deepEqual([faults, notes], [[], []])
  const said = new Map(flags)
  assert.equal(said.get('port'), '10250')
  assert.equal(said.get('eviction-soft-grace-period'), 'memory.available=1m30s')
  assert.equal(said.get('node-lease-duration-seconds'), '20')
  assert.equal(
    said.get('shutdown-grace-period-by-pod-priority'),
    '[{"priority":1,"shutdownGracePeriodSeconds":2}]',
  )
})
