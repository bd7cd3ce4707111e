import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#schema/object'
import { toStaticPods } from './static-pod.ts'

const origin = { nodeName: 'node-1', path: '/etc/manifests/web.yaml', seenAt: Date.UTC(2026, 0, 2) }
const manifest = (spec: object = {}, metadata: object = {}): Json =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', ...metadata },
    spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
  }) as Json

test('a manifest becomes a pod of this node, with defaults', () => {
  const [pod] = toStaticPods(manifest(), origin)
  const { metadata, spec, status } = pod ?? { metadata: {} }
  assert.equal(metadata.name, 'web-node-1')
  assert.equal(metadata.namespace, 'default')
  assert.match(metadata.uid ?? '', /^[0-9a-f]{32}$/)
  assert.deepEqual(metadata.annotations, {
    'kubernetes.io/config.hash': metadata.uid,
    'kubernetes.io/config.seen': '2026-01-02T00:00:00.000Z',
    'kubernetes.io/config.source': 'file',
  })
  assert.equal(spec?.nodeName, 'node-1')
  assert.equal(spec?.restartPolicy, 'Always')
  assert.equal(spec?.containers?.[0]?.imagePullPolicy, 'Always')
  assert.deepEqual(spec?.tolerations?.at(-1), { operator: 'Exists', effect: 'NoExecute' })
  assert.deepEqual(status, { phase: 'Pending' })
})

test('the uid is a hash of what the manifest says and where it stands, or its own', () => {
  const uidOf = (json: Json, where = origin) => toStaticPods(json, where)[0]?.metadata.uid
  assert.equal(uidOf(manifest()), uidOf(manifest(), { ...origin, seenAt: 5 }))
  assert.notEqual(uidOf(manifest()), uidOf(manifest({ hostNetwork: true })))
  assert.notEqual(uidOf(manifest()), uidOf(manifest(), { ...origin, path: '/other' }))
  assert.notEqual(uidOf(manifest()), uidOf(manifest(), { ...origin, nodeName: 'node-2' }))
  assert.equal(uidOf(manifest({}, { uid: 'mine' })), 'mine')
})

test('a list gives all its pods', () => {
  const items = [manifest(), manifest({}, { name: 'other', namespace: 'kube-system' })]
  const pods = toStaticPods({ apiVersion: 'v1', kind: 'PodList', items } as Json, origin)
  assert.deepEqual(
    pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    ['default/web-node-1', 'kube-system/other-node-1'],
  )
})

test('what is no pod, or no right one, is refused with a reason', () => {
  const refused = (json: Json, message: RegExp) =>
    assert.throws(() => toStaticPods(json, origin), { message })
  refused(null, /apiVersion and kind must be v1 and Pod, got undefined and undefined/)
  refused({ apiVersion: 'v1', kind: 'Service' }, /v1 and Service/)
  refused(manifest({ containers: [] }), /^invalid pod: spec\.containers: Required value/)
  refused(manifest({ hostNetwrk: true }), /unknown field "spec.hostNetwrk"/)
  refused({ apiVersion: 'v1', kind: 'PodList' }, /it has no items/)
})
