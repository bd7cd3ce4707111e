// What a deletion marks: the grace that is left, and the finalizers of its propagation.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kinds } from '#kinds'
import type { KindDef } from '#kinds/define'
import { resources } from '#kinds/gen/resources'
import type { KubeObject } from '#schema/object'
import { TestApi } from '#testkit/api-server'

const cms = '/api/v1/namespaces/default/configmaps'
const pods = '/api/v1/namespaces/default/pods'
const hold = 'kubeling.dev/hold'

async function runningPod(finalizers: string[] = []): Promise<TestApi> {
  const api = await TestApi.start()
  const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] }
  await api.ok('POST', pods, { metadata: { name: 'p', finalizers }, spec })
  return api
}

const graceOf = ({ metadata }: KubeObject) => [
  metadata.deletionGracePeriodSeconds,
  metadata.deletionTimestamp?.slice(11, 19),
]

test('a deletion that asks for nothing leaves a grace under way as it is', async () => {
  const api = await runningPod()
  await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=60`)
  await api.clock.advance(5_000)
  const again = await api.ok('DELETE', `${pods}/p`)
  assert.deepEqual(graceOf(again), [60, '03:05:05'], 'the usual 30 seconds would be less')
  const same = await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=60&propagationPolicy=Foreground`)
  assert.equal(same.metadata.finalizers, undefined, 'nor does it ask the collector for anything')
  assert.equal(same.metadata.resourceVersion, again.metadata.resourceVersion)
})

test('a grace that is shortened into the past ends in a second', async () => {
  const api = await runningPod()
  await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=60`)
  await api.clock.advance(20_000)
  assert.deepEqual(graceOf(await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=5`)), [1, '03:04:25'])
})

test('a negative grace is one second', async () => {
  const api = await runningPod()
  assert.deepEqual(graceOf(await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=-7`)), [1, '03:04:06'])
})

test('a finalizer keeps what has no grace left', async () => {
  const api = await runningPod([hold])
  await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=10`)
  const held = await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=0`)
  assert.deepEqual(graceOf(held), [0, '03:04:05'])
  assert.equal(held.metadata.generation, 2, 'only the first deletion counts')
})

test('what goes at once is told as it was', async () => {
  const api = await TestApi.start()
  await api.ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'a' } })
  const gone = await api.ok('DELETE', '/api/v1/namespaces/default/serviceaccounts/a')
  assert.equal(gone.metadata.deletionTimestamp, undefined)
  assert.equal(gone.metadata.deletionGracePeriodSeconds, undefined)
})

type Row = readonly [
  usual: KindDef['propagation'],
  before: readonly string[],
  asked: string,
  after: readonly string[],
]
const [orphan, foreground] = ['orphan', 'foregroundDeletion'] as const
const rows: readonly Row[] = [
  [undefined, [hold], '', [hold]],
  [undefined, [hold], 'propagationPolicy=Background', [hold]],
  [undefined, [hold], 'propagationPolicy=Orphan', [hold, orphan]],
  [undefined, [hold], 'propagationPolicy=Foreground', [hold, foreground]],
  [undefined, [hold], 'orphanDependents=true', [hold, orphan]],
  [undefined, [orphan, hold], '', [orphan, hold]],
  [undefined, [foreground, hold], '', [foreground, hold]],
  [undefined, [orphan, hold], 'propagationPolicy=Foreground', [hold, foreground]],
  [undefined, [foreground, hold], 'orphanDependents=true', [hold, orphan]],
  [undefined, [orphan, hold], 'orphanDependents=false', [hold]],
  [undefined, [orphan, hold], 'propagationPolicy=Background', [hold]],
  ['Orphan', [hold], '', [hold, orphan]],
  ['Orphan', [hold], 'propagationPolicy=Background', [hold]],
  ['Orphan', [foreground, hold], '', [foreground, hold]],
  ['Unsupported', [hold], 'propagationPolicy=Orphan', [hold]],
  ['Unsupported', [orphan, hold], '', [hold]],
]
for (const [usual = 'Background', before, asked, after] of rows) {
  test(`${usual}: ${before.join()} deleted with "${asked}" has ${after.join()}`, async () => {
    const own = kinds.map((kind) =>
      kind.plural === 'configmaps' && usual !== 'Background' ? { ...kind, propagation: usual } : kind,
    )
    const api = await TestApi.start({ kinds: own })
    await api.ok('POST', cms, { metadata: { name: 'a', finalizers: before } })
    const { metadata } = await api.ok('DELETE', `${cms}/a?${asked}`)
    assert.deepEqual(metadata.finalizers, after)
    assert.ok(metadata.deletionTimestamp)
  })
}

test('jobs and the oldest controllers leave their pods behind, events have nothing to leave', () => {
  assert.equal(resources['batch/v1/jobs'].propagation, 'Orphan')
  assert.equal(resources['v1/replicationcontrollers'].propagation, 'Orphan')
  assert.equal(resources['v1/events'].propagation, 'Unsupported')
  assert.equal('propagation' in resources['v1/pods'], false)
})
