import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { typeNamed } from '#kinds/types'
import type { Json } from './object.ts'
import { strategicDiff, threeWayStrategicPatch } from './strategic-diff.ts'
import { applyStrategicMergePatch } from './strategic-merge-patch.ts'

const podType = typeNamed('io.k8s.api.core.v1.Pod')
const deployment = typeNamed('io.k8s.api.apps.v1.Deployment')
const apply = (document: Json, patch: Json) => applyStrategicMergePatch(podType, document, patch)

const pod = {
  metadata: { labels: { a: '1', b: '2' }, finalizers: ['x', 'y'] },
  spec: {
    containers: [
      { name: 'a', image: 'i', args: ['1', '2'], env: [{ name: 'E', value: '1' }] },
      { name: 'b', image: 'j' },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
    nodeSelector: { n: '1' },
  },
}

test('lists with a merge key are merged by it, others are replaced', () => {
  const before = JSON.stringify(pod)
  const patch = {
    metadata: { labels: { a: null, c: '3' } },
    spec: {
      containers: [
        { name: 'b', image: 'k' },
        { name: 'c', image: 'l' },
        { name: 'a', args: ['3'] },
      ],
    },
  }
  assert.deepEqual(apply(pod, patch), {
    metadata: { labels: { b: '2', c: '3' }, finalizers: ['x', 'y'] },
    spec: {
      ...pod.spec,
      containers: [
        { name: 'b', image: 'k' },
        { name: 'c', image: 'l' },
        { name: 'a', image: 'i', args: ['3'], env: [{ name: 'E', value: '1' }] },
      ],
    },
  })
  assert.equal(JSON.stringify(pod), before)
})

test('$patch: delete takes an element, replace all', () => {
  const without = apply(pod, { spec: { containers: [{ $patch: 'delete', name: 'a' }] } })
  assert.deepEqual((without as typeof pod).spec.containers, [{ name: 'b', image: 'j' }])
  const replaced = apply(pod, { spec: { containers: [{ name: 'z' }, { $patch: 'replace' }] } })
  assert.deepEqual((replaced as typeof pod).spec.containers, [{ name: 'z' }])
  const map = apply(pod, {
    spec: { $patch: 'replace', nodeName: 'n' },
    metadata: { labels: { $patch: 'delete' } },
  })
  assert.deepEqual(map, { metadata: { labels: {}, finalizers: ['x', 'y'] }, spec: { nodeName: 'n' } })
})

test('$deleteFromPrimitiveList and $setElementOrder work on scalars and maps', () => {
  const patched = apply(pod, {
    metadata: { '$deleteFromPrimitiveList/finalizers': ['x'], finalizers: ['z'] },
    spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
  }) as typeof pod
  assert.deepEqual(patched.metadata.finalizers, ['z', 'y'])
  assert.deepEqual(
    patched.spec.containers.map((one) => one.name),
    ['b', 'a'],
  )
})

test('the order of a patch leaves the server’s own elements where they stood', () => {
  const server = { spec: { containers: ['s1', 'a', 's2', 'b'].map((name) => ({ name })) } }
  const patched = apply(server, {
    spec: {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
      containers: [{ name: 'a', image: 'n' }],
    },
  }) as typeof server
  assert.deepEqual(
    patched.spec.containers.map((one) => one.name),
    ['s1', 's2', 'b', 'a'],
  )
})

test('$retainKeys takes away the other members', () => {
  const patched = apply(pod, {
    spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] },
  }) as typeof pod
  assert.deepEqual(patched.spec.volumes as unknown, [{ name: 'v', hostPath: { path: '/x' } }])
  const strategy = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }
  const old = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
  assert.deepEqual(applyStrategicMergePatch(deployment, old, strategy), {
    spec: { strategy: { type: 'Recreate' } },
  })
})

test('a value that becomes new carries no nulls and no directives', () => {
  assert.deepEqual(
    apply(
      {},
      {
        spec: {
          containers: [
            { name: 'a', image: null, $patch: 'delete' },
            { name: 'b', env: null },
          ],
        },
      },
    ),
    { spec: { containers: [{ name: 'b' }] } },
  )
})

test('patches that make no sense are refused', () => {
  const refusals: [Json, RegExp][] = [
    [{ spec: { $patch: 'frob' } }, /unknown patch type: frob in map/],
    [
      { spec: { containers: [{ image: 'x' }] } },
      /map: map\[image:x\] does not contain declared merge key: name/,
    ],
    [{ spec: { '$setElementOrder/containers': 1 } }, /invalid patch format of setElementOrder list/],
    [{ spec: { volumes: [{ name: 'v', $retainKeys: 1 }] } }, /invalid patch format of retainKeys/],
    [
      { spec: { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'a' }] } },
      /doesn't match \$setElementOrder list/,
    ],
  ]
  for (const [patch, message] of refusals) {
    assert.throws(() => apply(pod, patch), { name: 'StrategicPatchError', message })
  }
})

const element = fc.record(
  { name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.constantFrom('1', '2'), args: fc.constant(['x']) },
  { requiredKeys: ['name'] },
)
const pods = fc.record({
  metadata: fc.record({
    labels: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2')),
    finalizers: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
  }),
  spec: fc.record({ containers: fc.uniqueArray(element, { selector: (one) => one.name }) }),
}) as unknown as fc.Arbitrary<{ [key: string]: Json }>

/** Go holds empty lists and maps as absent ones. */
const bare = (value: Json) =>
  JSON.parse(JSON.stringify(value), (_, one) =>
    typeof one === 'object' && one !== null && Object.keys(one).length === 0 ? undefined : one,
  ) as Json

test('strategicDiff() gives the patch that leads from one object to another', () => {
  fc.assert(
    fc.property(pods, pods, (old, next) => {
      const patched = apply(old, strategicDiff(podType, old, next))
      assert.deepEqual(bare(patched), bare(next))
    }),
    { numRuns: 300 },
  )
})

test('applying twice changes nothing, whatever others did in between', () => {
  fc.assert(
    fc.property(pods, pods, pods, (original, modified, current) => {
      const live = apply(
        current,
        threeWayStrategicPatch(podType, original, modified, current),
      ) as typeof current
      assert.deepEqual(
        bare(apply(live, threeWayStrategicPatch(podType, modified, modified, live))),
        bare(live),
      )
    }),
    { numRuns: 300 },
  )
})

test('threeWayStrategicPatch() removes what was applied before, and leaves what others set', () => {
  const original = {
    metadata: { labels: { a: '1' } },
    spec: { containers: [{ name: 'a', image: '1' }, { name: 'b' }] },
  }
  const modified = { metadata: { labels: {} }, spec: { containers: [{ name: 'a', image: '2' }] } }
  const current = {
    metadata: { labels: { a: '1', mine: '1' } },
    spec: { containers: [{ name: 'a', image: '1', args: ['x'] }, { name: 'b' }, { name: 'injected' }] },
  }
  const patch = threeWayStrategicPatch(podType, original, modified, current)
  assert.deepEqual(patch, {
    metadata: { labels: { a: null } },
    spec: {
      '$setElementOrder/containers': [{ name: 'a' }],
      containers: [
        { name: 'a', image: '2' },
        { name: 'b', $patch: 'delete' },
      ],
    },
  })
  assert.deepEqual(apply(current, patch), {
    metadata: { labels: { mine: '1' } },
    spec: { containers: [{ name: 'a', image: '2', args: ['x'] }, { name: 'injected' }] },
  })
})
