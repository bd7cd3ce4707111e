import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject, Meta } from '#schema/object'
import { type NamedKind, validateMeta, validateMetaUpdate } from './meta.ts'

const namespaced: NamedKind = { name: 'dnsSubdomain', namespaced: true }
const global: NamedKind = { name: 'dnsLabel', namespaced: false }
const shown = (errors: readonly { path: string; body: string }[]) =>
  errors.map(({ path, body }) => `${path}: ${body}`)
const faults = (metadata: Meta, kind = namespaced) => shown(validateMeta(kind, { metadata }))
const sound: Meta = { name: 'a', namespace: 'default' }

test('sound metadata pass', () => {
  assert.deepEqual(faults({ ...sound, labels: { 'a.b/c': 'D_e' }, finalizers: ['a.b/c', 'kubernetes'] }), [])
  assert.deepEqual(faults({ name: 'a' }, global), [])
  assert.deepEqual(faults({ ...sound, generateName: 'web-' }), [])
})

test('new metadata are refused for what is wrong with them', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }
  const rows: [Meta, RegExp | string][] = [
    [{ ...sound, name: '' }, 'metadata.name: Required value: name or generateName is required'],
    [{ ...sound, name: 'A' }, /^metadata\.name: Invalid value: "A": a lowercase RFC 1123 subdomain must/],
    [{ ...sound, generateName: '_' }, /^metadata\.generateName: Invalid value: "_": a lowercase/],
    [{ name: 'a' }, 'metadata.namespace: Required value'],
    [{ name: 'a', namespace: 'x.y' }, 'metadata.namespace: Invalid value: "x.y": must not contain dots'],
    [
      { ...sound, generation: -1 },
      'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
    ],
    [{ ...sound, labels: { a: 'b c' } }, /^metadata\.labels: Invalid value: "b c": a valid label must be/],
    [
      { ...sound, annotations: { '/': '' } },
      /^metadata\.annotations: Invalid value: "\/": prefix part must be/,
    ],
    [
      { ...sound, annotations: { a: 'x'.repeat(262_144) } },
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [
      { ...sound, ownerReferences: [{ ...owner, apiVersion: '' }] },
      'metadata.ownerReferences[0].apiVersion: Required value: must not be empty',
    ],
    [
      { ...sound, ownerReferences: [{ ...owner, apiVersion: 'a/b/c' }] },
      'metadata.ownerReferences[0].apiVersion: Invalid value: "a/b/c": must be <group>/<version> or <version>',
    ],
    [
      { ...sound, ownerReferences: [{ ...owner, uid: '' }] },
      'metadata.ownerReferences[0].uid: Required value: must not be empty',
    ],
    [
      { ...sound, ownerReferences: [{ ...owner, kind: 'Event' }] },
      /^metadata\.ownerReferences\[0\]: Invalid value: \{.*\}: \/v1, Kind=Event is disallowed from being an owner$/,
    ],
    [
      {
        ...sound,
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, name: 'q', controller: true },
        ],
      },
      /Only one reference can have Controller set to true\. Found "true" in references for Pod\/p and Pod\/q$/,
    ],
    [
      { ...sound, finalizers: ['orphan', 'foregroundDeletion'] },
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ],
    [
      { ...sound, finalizers: ['mine'] },
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ]
  for (const [metadata, expected] of rows) {
    const told = faults(metadata)
    assert.equal(told[0] === undefined, false, `${JSON.stringify(metadata).slice(0, 80)} is refused`)
    if (typeof expected === 'string') assert.equal(told[0], expected)
    else assert.match(told[0] as string, expected)
  }
  assert.match(
    faults({ ...sound, finalizers: ['a b/c'] }).join(),
    /metadata\.finalizers: Invalid value: "a b\/c"/,
  )
})

test('kinds differ in their names, but all are segments of a path', () => {
  assert.deepEqual(faults({ name: 'a', namespace: 'x' }, global), [
    'metadata.namespace: Forbidden: not allowed on this type',
  ])
  assert.deepEqual(faults({ name: 'a.b' }, global), [
    'metadata.name: Invalid value: "a.b": must not contain dots',
  ])
  const none: NamedKind = { name: 'none', namespaced: false }
  assert.deepEqual(faults({ name: 'a/b' }, none), [
    `metadata.name: Invalid value: "a/b": may not contain '/'`,
  ])
  assert.deepEqual(faults({ name: 'a:b' }, none), [])
})

test('a change leaves alone what the server has set', () => {
  const old: KubeObject = {
    metadata: {
      ...sound,
      uid: 'u',
      resourceVersion: '1',
      generation: 2,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
  }
  const changed = (change: Meta, before: Meta = {}) => {
    const first = { metadata: { ...old.metadata, ...before } }
    return shown(validateMetaUpdate(namespaced, { metadata: { ...first.metadata, ...change } }, first))
  }
  assert.deepEqual(changed({ labels: { a: 'b' } }), [])
  for (const [name, value] of Object.entries({
    name: 'b',
    namespace: 'c',
    uid: 'v',
    creationTimestamp: '2026-01-02T00:00:00Z',
    deletionTimestamp: '2026-01-02T00:00:00Z',
    deletionGracePeriodSeconds: 3,
  })) {
    const text = `metadata.${name}: Invalid value: ${JSON.stringify(value)}: field is immutable`
    assert.deepEqual(changed({ [name]: value }), [text])
  }
  assert.deepEqual(changed({ resourceVersion: '' }), [
    'metadata.resourceVersion: Invalid value: "": must be specified for an update',
  ])
  assert.deepEqual(changed({ generation: 1 }), [
    'metadata.generation: Invalid value: 1: must not be decremented',
  ])
  const deleted = { deletionTimestamp: '2026-01-02T00:00:00Z', finalizers: ['a/b'] }
  assert.deepEqual(changed({ finalizers: [] }, deleted), [])
  assert.deepEqual(changed({ finalizers: ['a/c', 'a/b'] }, deleted), [
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/c"}',
  ])
})
