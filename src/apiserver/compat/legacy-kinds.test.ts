import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kinds } from '#kinds'
import type { KubeObject } from '#schema/object'
import { TestApi } from '#testkit/api-server'
import { withLegacyKinds } from './legacy-kinds.ts'

const legacy = '/apis/extensions/v1beta1/namespaces/default/deployments'
const modern = '/apis/apps/v1/namespaces/default/deployments'
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }

interface Deployment extends KubeObject {
  spec: { selector: object; replicas: number }
}

test('an object of a group that has gone is one of the group it has become, under its old name', async () => {
  const api = await TestApi.start({ kinds: withLegacyKinds(kinds) })
  const made = await api.ok<Deployment>('POST', legacy, { metadata: { name: 'web' }, spec: { template } })
  assert.deepEqual([made.kind, made.apiVersion], ['Deployment', 'extensions/v1beta1'])
  assert.deepEqual(made.spec.selector, { matchLabels: { a: 'b' } })
  const today = await api.ok<Deployment>('GET', `${modern}/web`)
  assert.deepEqual([today.kind, today.apiVersion], ['Deployment', 'apps/v1'])
  assert.equal(today.metadata.uid, made.metadata.uid)
  const watching = await api.watch(`${legacy}?watch=1&resourceVersion=${made.metadata.resourceVersion}`)
  const scale = { headers: { 'content-type': 'application/merge-patch+json' } }
  await api.ok('PATCH', `${modern}/web`, { spec: { replicas: 3 } }, scale)
  assert.equal((await api.ok<Deployment>('GET', `${legacy}/web`)).spec.replicas, 3)
  assert.equal(watching.events[0]?.object.apiVersion, 'extensions/v1beta1')
  const { items } = await api.list(legacy)
  assert.equal(items.length, 1)
  await api.ok('DELETE', `${legacy}/web`)
  assert.equal((await api.call('GET', `${modern}/web`)).status, 404)
})

test('a PetSet is a StatefulSet, a ScheduledJob a CronJob', async () => {
  const api = await TestApi.start({ kinds: withLegacyKinds(kinds) })
  const pets = '/apis/apps/v1alpha1/namespaces/default/petsets'
  const made = await api.ok('POST', pets, { metadata: { name: 'p' }, spec: { serviceName: 's', template } })
  assert.equal(made.kind, 'PetSet')
  const set = await api.ok('GET', '/apis/apps/v1/namespaces/default/statefulsets/p')
  assert.equal(set.kind, 'StatefulSet')
  assert.equal((await api.ok<{ kind: string }>('GET', pets)).kind, 'PetSetList')
  const jobTemplate = { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } }
  const jobs = '/apis/batch/v2alpha1/namespaces/default/scheduledjobs'
  await api.ok('POST', jobs, { metadata: { name: 'j' }, spec: { schedule: '* * * * *', jobTemplate } })
  assert.equal((await api.ok('GET', '/apis/batch/v1/namespaces/default/cronjobs/j')).kind, 'CronJob')
})

test('a cluster of 1.3 has no objects of groups that came later', async () => {
  const api = await TestApi.start({ kinds: withLegacyKinds(kinds) })
  assert.deepEqual((await api.list('/apis/scheduling.k8s.io/v1/priorityclasses')).items, [])
  assert.equal((await api.list('/api/v1/namespaces')).items.length, 4)
})
