// How deep, long and many the things may be that clients send.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { TestApi } from '#testkit/api-server'

const configMaps = '/api/v1/namespaces/default/configmaps'
const revisions = '/apis/apps/v1/namespaces/default/controllerrevisions'
const typed = (type: string) => ({ headers: { 'content-type': type } })
const accepting = (accept: string) => ({ headers: { accept } })

/** Text of JSON that nests so many levels. */
const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

const forms = [
  'application/json',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
]
for (const [what, nested] of [
  ['lists', lists],
  ['objects', objects],
] as const) {
  test(`what nests a thousand ${what} is kept, and shown in every form`, async () => {
    const api = await TestApi.start()
    const text = `{"metadata":{"name":"a"},"revision":1,"data":{"a":${nested(998)}}}`
    await api.ok('POST', revisions, text, typed('application/json'))
    await api.ok('PATCH', `${revisions}/a`, { revision: 2 }, typed('application/merge-patch+json'))
    for (const path of [revisions, `${revisions}/a`]) {
      for (const form of forms) {
        const { status, text: answer } = await api.call('GET', path, undefined, accepting(form))
        assert.equal(status, 200, `${path} as ${form}: ${answer.slice(0, 200)}`)
      }
    }
  })

  test(`deeper ${what} are refused in every kind of body`, async () => {
    const api = await TestApi.start()
    await api.ok('POST', configMaps, { metadata: { name: 'a' } })
    const deep = nested(1_001)
    const bodies = [
      ['POST', configMaps, `{"x":${deep}}`, 'application/json'],
      ['POST', configMaps, `{"x":${deep}}`, 'application/yaml'],
      ['PATCH', `${configMaps}/a`, `{"x":${deep}}`, 'application/merge-patch+json'],
      ['PATCH', `${configMaps}/a`, `{"x":${deep}}`, 'application/strategic-merge-patch+json'],
      [
        'PATCH',
        `${configMaps}/a`,
        `[{"op":"add","path":"/x","value":${deep}}]`,
        'application/json-patch+json',
      ],
      ['PATCH', `${configMaps}/a?fieldManager=me`, `{"x":${deep}}`, 'application/apply-patch+yaml'],
      ['DELETE', `${configMaps}/a`, `{"x":${deep}}`, 'application/json'],
    ] as const
    for (const [method, path, body, type] of bodies) {
      const { status, json } = await api.call(method, path, body, typed(type))
      assert.equal(status, 400, type)
      assert.match((json as Status).message ?? '', /exceeded max depth/, type)
    }
  })
}

test('copies in a patch cannot pile up: not in depth, not in size', async () => {
  const api = await TestApi.start()
  const revision = { metadata: { name: 'a' }, revision: 1, data: { a: { a: 1 } } }
  await api.ok('POST', revisions, revision)
  const patchOf = (count: number) =>
    Array.from({ length: count }, () => ({ op: 'copy', from: '/data', path: '/data/a' }))
  for (const count of [15, 10_000]) {
    const { status } = await api.call(
      'PATCH',
      `${revisions}/a`,
      patchOf(count),
      typed('application/json-patch+json'),
    )
    assert.equal(status, 422)
  }
})

test('the annotations of an object have 256 KiB, keys and values together', async () => {
  const api = await TestApi.start()
  const withBytes = (bytes: number) => ({
    metadata: { generateName: 'a-', annotations: { k: 'x'.repeat(bytes - 1) } },
  })
  await api.ok('POST', configMaps, withBytes(256 * 1024))
  const { status, json } = await api.call('POST', configMaps, withBytes(256 * 1024 + 1))
  assert.equal(status, 422)
  assert.deepEqual((json as Status).details?.causes, [
    {
      reason: 'FieldValueTooLong',
      message: 'Too long: may not be more than 262144 bytes',
      field: 'metadata.annotations',
    },
  ])
})
