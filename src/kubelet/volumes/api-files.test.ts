import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notFound } from '#base/errors'
import type { ConfigMap, Pod, Secret, Volume } from '#kinds/gen/core-v1'
import { apiFiles, type FileSources, userOfAll } from './api-files.ts'

const pod: Pod = {
  metadata: { name: 'p', namespace: 'd', uid: 'u', labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', resources: { limits: { cpu: '1500m' } } }] },
}
const missing = (noun: string) => async (_namespace: string, name: string) => {
  throw notFound({ group: '', resource: noun }, name)
}
const node = { capacity: { cpuMilli: 4000, memoryBytes: 64 * 2 ** 20 } }
const none: FileSources = {
  configMap: missing('configmap'),
  secret: missing('secret'),
  tokens: { get: async (_pod, { audience }) => `for ${audience}` },
  node,
}
const some: FileSources = {
  ...none,
  configMap: async () => ({ data: { a: '1' }, binaryData: { b: btoa('2') } }) as unknown as ConfigMap,
  secret: async () => ({ data: { key: btoa('s3cret') } }) as unknown as Secret,
}

async function filesOf(volume: object, sources = some, of = pod) {
  const payload = await apiFiles(of, { name: 'v', ...volume } as Volume, sources)
  return Object.fromEntries(
    [...(payload ?? [])].map(([path, { data, mode }]) => [
      path,
      [Buffer.from(data).toString(), mode.toString(8)],
    ]),
  )
}

test('a configMap gives its texts and its bytes', async () => {
  assert.deepEqual(await filesOf({ configMap: { name: 'x' } }), { a: ['1', '644'], b: ['2', '644'] })
})

test('what is not there is named as upstream names it, and passed over when it is optional', async () => {
  const refused = (volume: object, message: string) => assert.rejects(filesOf(volume, none), { message })
  await refused({ configMap: { name: 'x' } }, 'configmap "x" not found')
  await refused({ secret: { secretName: 'y' } }, 'secret "y" not found')
  const items = [{ key: 'q', path: 'q' }]
  await assert.rejects(filesOf({ configMap: { name: 'x', items } }), {
    message: 'configmap references non-existent config key: q',
  })
  await assert.rejects(filesOf({ secret: { secretName: 'x', items } }), {
    message: 'references non-existent secret key: q',
  })
  assert.deepEqual(await filesOf({ configMap: { name: 'x', optional: true } }, none), {})
  assert.deepEqual(await filesOf({ secret: { secretName: 'x', optional: true, items } }), {})
})

test('downwardAPI gives fields, and resources with the node where there is no limit', async () => {
  const items = [
    { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
    {
      path: 'cpu',
      mode: 0o400,
      resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' },
    },
    { path: 'memory', resourceFieldRef: { containerName: 'c', resource: 'limits.memory', divisor: '1Mi' } },
  ]
  assert.deepEqual(await filesOf({ downwardAPI: { items, defaultMode: 0o600 } }), {
    labels: ['app="web"', '600'],
    cpu: ['1500', '400'],
    memory: ['64', '600'],
  })
})

test('projected joins its sources; what this node cannot give is refused by name', async () => {
  const token = { serviceAccountToken: { path: 'token', audience: 'vault' } }
  const sources = [{ configMap: { name: 'x' } }, { secret: { name: 'y' } }, token]
  assert.deepEqual(await filesOf({ projected: { sources, defaultMode: 0o440 } }), {
    a: ['1', '440'],
    b: ['2', '440'],
    key: ['s3cret', '440'],
    token: ['for vault', '440'],
  })
  for (const source of ['clusterTrustBundle', 'podCertificate']) {
    await assert.rejects(filesOf({ projected: { sources: [{ [source]: {} }] } }), {
      message: `projected source ${source} is not supported by this node`,
    })
  }
})

test('a token is closed to others where it is known who shall read it', async () => {
  const volume = {
    projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'a' } }], defaultMode: 0o644 },
  }
  const as = (spec: object): Pod => ({ ...pod, spec: { containers: [{ name: 'c' }], ...spec } })
  assert.deepEqual((await filesOf(volume))['t'], ['for a', '644'])
  const grouped = as({ securityContext: { fsGroup: 5 } })
  assert.deepEqual((await filesOf(volume, some, grouped))['t'], ['for a', '600'])
  assert.equal(userOfAll(as({ securityContext: { runAsUser: 7 } })), 7)
  const two = [{ name: 'a', securityContext: { runAsUser: 8 } }, { name: 'b' }]
  assert.equal(userOfAll(as({ containers: two })), undefined)
  assert.equal(userOfAll(as({ containers: two, securityContext: { runAsUser: 8 } })), 8)
})
