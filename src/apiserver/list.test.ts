// What a list shows, by resourceVersion, resourceVersionMatch, limit and continue.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import type { KubeObject } from '#schema/object'
import { TestApi, type WireList } from '#testkit/api-server'

const cms = '/api/v1/namespaces/default/configmaps'
const all = '/api/v1/configmaps'

/** Revisions by what happened at them. */
type History = Readonly<Record<'a' | 'b' | 'c' | 'd' | 'e' | 'changeC' | 'goneE' | 'other', number>>

const revisionOf = ({ metadata }: KubeObject) => Number(metadata.resourceVersion)
const make = async (api: TestApi, name: string, path = cms) =>
  revisionOf(await api.ok('POST', path, { metadata: { name, labels: { name } } }))

/** a, b, c, d and e are made, c is changed, e goes; then something is made in another namespace. */
async function storied(): Promise<{ api: TestApi; at: History }> {
  const api = await TestApi.start()
  const made = { a: 0, b: 0, c: 0, d: 0, e: 0 }
  for (const name of ['a', 'b', 'c', 'd', 'e'] as const) made[name] = await make(api, name)
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } }
  const changeC = revisionOf(await api.ok('PATCH', `${cms}/c`, { data: { k: 'new' } }, merge))
  await api.ok('DELETE', `${cms}/e`)
  const goneE = changeC + 1
  const other = await make(api, 'x', '/api/v1/namespaces/kube-system/configmaps')
  return { api, at: { ...made, changeC, goneE, other } }
}

/** A list in short: each object with its revision. */
const brief = ({ items }: WireList) =>
  items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).join(', ')

interface Row {
  readonly query: string
  readonly items: string
  readonly at: keyof History
  /** remainingItemCount; 'yes' = there is a next page whose length is not told. */
  readonly more?: number | 'yes'
}

const now = '{a} {b} {c2} {d}'
const rows: readonly Row[] = [
  { query: '', items: now, at: 'other' },
  { query: 'resourceVersion=', items: now, at: 'other' },
  { query: 'resourceVersion=0', items: now, at: 'other' },
  { query: 'resourceVersion=0&resourceVersionMatch=NotOlderThan', items: now, at: 'other' },
  { query: 'resourceVersion={b}', items: now, at: 'other' },
  { query: 'resourceVersion={b}&resourceVersionMatch=NotOlderThan', items: now, at: 'other' },
  { query: 'resourceVersion={other}&resourceVersionMatch=NotOlderThan', items: now, at: 'other' },
  { query: 'resourceVersion={b}&resourceVersionMatch=Exact', items: '{a} {b}', at: 'b' },
  { query: 'resourceVersion={e}&resourceVersionMatch=Exact', items: '{a} {b} {c} {d} {e}', at: 'e' },
  {
    query: 'resourceVersion={changeC}&resourceVersionMatch=Exact',
    items: '{a} {b} {c2} {d} {e}',
    at: 'changeC',
  },
  { query: 'resourceVersion={goneE}&resourceVersionMatch=Exact', items: now, at: 'goneE' },
  { query: 'resourceVersion={other}&resourceVersionMatch=Exact', items: now, at: 'other' },
  { query: 'limit=0', items: now, at: 'other' },
  { query: 'limit=2', items: '{a} {b}', at: 'other', more: 2 },
  { query: 'limit=3', items: '{a} {b} {c2}', at: 'other', more: 1 },
  { query: 'limit=4', items: now, at: 'other' },
  { query: 'limit=9', items: now, at: 'other' },
  { query: 'limit=2&resourceVersion=0', items: now, at: 'other' },
  { query: 'limit=2&resourceVersion={e}', items: '{a} {b}', at: 'e', more: 3 },
  { query: 'limit=2&resourceVersion={e}&resourceVersionMatch=Exact', items: '{a} {b}', at: 'e', more: 3 },
  {
    query: 'limit=2&resourceVersion={e}&resourceVersionMatch=NotOlderThan',
    items: '{a} {b}',
    at: 'other',
    more: 2,
  },
  { query: 'limit=1&labelSelector=name%20in%20(b,d)', items: '{b}', at: 'other', more: 'yes' },
  { query: 'labelSelector=name%20in%20(b,d)', items: '{b} {d}', at: 'other' },
  { query: 'labelSelector=name!%3Da,name!%3Db', items: '{c2} {d}', at: 'other' },
  { query: 'labelSelector=!name', items: '', at: 'other' },
  { query: 'fieldSelector=metadata.name%3Dc', items: '{c2}', at: 'other' },
  { query: 'fieldSelector=metadata.name!%3Dc,metadata.name!%3Da', items: '{b} {d}', at: 'other' },
  { query: 'fieldSelector=metadata.namespace%3Dkube-system', items: '', at: 'other' },
  {
    query: 'fieldSelector=metadata.name%3De&resourceVersion={e}&resourceVersionMatch=Exact',
    items: '{e}',
    at: 'e',
  },
]

/** Puts revisions in the place of their names: `{b}` in a query, `b 5` in a list. */
function filled(text: string, at: History): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: keyof History) => String(at[name]))
}
function objects(text: string, at: History): string {
  const words = text.split(' ').filter((word) => word !== '')
  return words
    .map((word) => {
      const name = word.slice(1, -1)
      return name === 'c2' ? `c ${at.changeC}` : `${name} ${at[name as keyof History]}`
    })
    .join(', ')
}

test('a list is of the revision that its query asks for', async (t) => {
  const { api, at } = await storied()
  for (const { query, items, at: of, more } of rows) {
    await t.test(query === '' ? 'no parameters' : query, async () => {
      const list = await api.list(`${cms}?${filled(query, at)}`)
      assert.equal(brief(list), objects(items, at))
      assert.equal(list.metadata.resourceVersion, String(at[of]))
      assert.equal(list.metadata.continue !== undefined, more !== undefined)
      assert.equal(list.metadata.remainingItemCount, more === 'yes' ? undefined : more)
    })
  }
})

test('pages of one list are of one revision, whatever is written between them', async () => {
  const { api, at } = await storied()
  const first = await api.list(`${cms}?limit=2`)
  await make(api, 'bb')
  await api.ok('DELETE', `${cms}/d`)
  const second = await api.list(`${cms}?limit=1&continue=${first.metadata.continue}`)
  assert.equal(brief(second), `c ${at.changeC}`)
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion)
  assert.equal(second.metadata.remainingItemCount, 1)
  const third = await api.list(`${cms}?limit=1&continue=${second.metadata.continue}`)
  assert.equal(brief(third), `d ${at.d}`)
  assert.deepEqual(third.metadata, { resourceVersion: first.metadata.resourceVersion })
})

test('pages of an older revision stay at it', async () => {
  const { api, at } = await storied()
  const first = await api.list(`${cms}?limit=3&resourceVersion=${at.e}&resourceVersionMatch=Exact`)
  const rest = await api.list(`${cms}?continue=${first.metadata.continue}`)
  assert.equal(brief(rest), `d ${at.d}, e ${at.e}`)
  assert.deepEqual(rest.metadata, { resourceVersion: String(at.e) })
})

test('a continue token is upstream`s', async () => {
  const { api, at } = await storied()
  const first = await api.list(`${cms}?limit=2`)
  assert.equal(
    Buffer.from(first.metadata.continue as string, 'base64url').toString(),
    `{"v":"meta.k8s.io/v1","rv":${at.other},"start":"b\\u0000"}`,
  )
  const across = await api.list(`${all}?limit=1`)
  assert.equal(
    Buffer.from(across.metadata.continue as string, 'base64url').toString(),
    `{"v":"meta.k8s.io/v1","rv":${at.other},"start":"default/a\\u0000"}`,
  )
})

test('a list across namespaces is in the order of keys', async () => {
  const { api, at } = await storied()
  const list = await api.list(all)
  assert.equal(brief(list), `${objects(now, at)}, x ${at.other}`)
  const { continue: token } = (await api.list(`${all}?limit=4`)).metadata
  assert.equal(brief(await api.list(`${all}?continue=${token}`)), `x ${at.other}`)
})

/** Lets so much time and so many writes pass that history before them is forgotten. */
async function forgetHistory(api: TestApi): Promise<void> {
  await api.clock.advance(60 * 60_000)
  for (let i = 0; i < 600; i++) {
    await api.ok('POST', '/api/v1/namespaces/kube-public/configmaps', { metadata: { name: `n${i}` } })
  }
  await api.store.compact(await api.store.revision())
}

test('what history has forgotten is refused with 410, and a page token can go on without it', async () => {
  const { api, at } = await storied()
  const first = await api.list(`${cms}?limit=2`)
  await make(api, 'y', '/api/v1/namespaces/kube-system/configmaps')
  await forgetHistory(api)
  await make(api, 'cc')
  const old = await api.call('GET', `${cms}?resourceVersion=${at.b}&resourceVersionMatch=Exact`)
  assert.deepEqual(old.json, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'The resourceVersion for the provided list is too old.',
    reason: 'Expired',
    code: 410,
  })
  const next = await api.call('GET', `${cms}?continue=${first.metadata.continue}`)
  assert.equal(next.status, 410)
  const { message, reason, metadata } = next.json as Status
  assert.equal(reason, 'Expired')
  assert.equal(
    message,
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  )
  assert.equal(
    Buffer.from(metadata.continue as string, 'base64url').toString(),
    '{"v":"meta.k8s.io/v1","rv":-1,"start":"b\\u0000"}',
  )
  const rest = await api.list(`${cms}?continue=${metadata.continue}`)
  assert.deepEqual(
    rest.items.map((item) => item.metadata.name),
    ['c', 'cc', 'd'],
  )
  assert.ok(Number(rest.metadata.resourceVersion) > at.other)
})

for (const [what, path] of [
  ['list', `${cms}?resourceVersionMatch=NotOlderThan&resourceVersion=`],
  ['list with a plain resourceVersion', `${cms}?resourceVersion=`],
  ['GET of one object', `${cms}/a?resourceVersion=`],
] as const) {
  test(`a ${what} of a future revision waits three seconds, then says so`, async () => {
    const { api, at } = await storied()
    const asked = api.call('GET', `${path}${at.other + 5}`)
    await api.clock.advance(2_900)
    let answered = false
    void asked.then(() => {
      answered = true
    })
    await api.clock.advance(0)
    assert.equal(answered, false)
    await api.clock.advance(200)
    assert.deepEqual((await asked).json, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `Timeout: Too large resource version: ${at.other + 5}, current: ${at.other}`,
      reason: 'Timeout',
      details: {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
      code: 504,
    })
  })
}

test('a list of a future revision comes as soon as it is reached', async () => {
  const { api, at } = await storied()
  const asked = api.list(`${cms}?resourceVersionMatch=NotOlderThan&resourceVersion=${at.other + 1}`)
  await api.clock.advance(1_000)
  const made = await make(api, 'late')
  const list = await asked
  assert.equal(list.items.at(-1)?.metadata.name, 'late')
  assert.equal(list.metadata.resourceVersion, String(made))
})

test('lists and objects are the very bytes of upstream', async () => {
  const api = await TestApi.start()
  const empty = await api.call('GET', '/api/v1/nodes')
  const revision = await api.store.revision()
  assert.equal(
    empty.text,
    `{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"${revision}"},"items":[]}\n`,
  )
  const made = await api.call('POST', cms, {
    data: { b: '1', a: '<&>' },
    metadata: { name: 'x', labels: { l: 'v' } },
  })
  const { uid, resourceVersion, creationTimestamp } = (made.json as KubeObject).metadata
  const owner = `{"manager":"unknown","operation":"Update","apiVersion":"v1","time":"${creationTimestamp}","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{},"f:b":{}},"f:metadata":{"f:labels":{".":{},"f:l":{}}}}}`
  const rest = `"metadata":{"name":"x","namespace":"default","uid":"${uid}","resourceVersion":"${resourceVersion}","creationTimestamp":"${creationTimestamp}","labels":{"l":"v"},"managedFields":[${owner}]},"data":{"a":"\\u003c\\u0026\\u003e","b":"1"}}`
  assert.equal(made.text, `{"kind":"ConfigMap","apiVersion":"v1",${rest}\n`)
  assert.equal((await api.call('GET', `${cms}/x`)).text, made.text)
  const list = await api.call('GET', cms)
  assert.equal(
    list.text,
    `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"${resourceVersion}"},"items":[{${rest}]}\n`,
  )
  assert.equal(list.headers['content-type'], 'application/json')
  assert.equal(list.headers['cache-control'], 'no-cache, private')
  const stored = await api.store.get('/registry/configmaps/default/x')
  assert.equal(
    Buffer.from(stored.item?.value as Uint8Array).toString(),
    `{"kind":"ConfigMap","apiVersion":"v1",${rest.replace(`"resourceVersion":"${resourceVersion}",`, '')}\n`,
  )
})
