// The table of KEP-2340 and of the API concepts page: what each combination of parameters reads.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi, type WireList } from '#testkit/api-server'

const cms = '/api/v1/namespaces/default/configmaps'

/** Three objects; `past` is the revision of the second, `now` of the third. */
async function started() {
  const api = await TestApi.start()
  const make = async (name: string) =>
    Number((await api.ok('POST', cms, { metadata: { name } })).metadata.resourceVersion)
  await make('a')
  const past = await make('b')
  const now = await make('c')
  return { api, past, now }
}

type Match = '' | 'Exact' | 'NotOlderThan'
type Version = 'unset' | '0' | 'past'
type ListOutcome = 'newest' | 'past' | 'first of newest' | 'first of past' | { readonly refused: string }

const needsVersion = { refused: 'resourceVersionMatch is forbidden unless resourceVersion is provided' }
const notZero = { refused: 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"' }

/** By match and resourceVersion: what comes without a limit, and with one. */
const lists: readonly (readonly [Match, Version, whole: ListOutcome, paged: ListOutcome])[] = [
  ['', 'unset', 'newest', 'first of newest'],
  ['', '0', 'newest', 'newest'],
  ['', 'past', 'newest', 'first of past'],
  ['Exact', 'unset', needsVersion, needsVersion],
  ['Exact', '0', notZero, notZero],
  ['Exact', 'past', 'past', 'first of past'],
  ['NotOlderThan', 'unset', needsVersion, needsVersion],
  ['NotOlderThan', '0', 'newest', 'newest'],
  ['NotOlderThan', 'past', 'newest', 'first of newest'],
]

const versionQuery = (version: Version, past: number) =>
  version === 'unset' ? '' : `&resourceVersion=${version === 'past' ? past : 0}`
const matchQuery = (match: Match) => (match === '' ? '' : `&resourceVersionMatch=${match}`)

async function checkList(query: string, outcome: ListOutcome, of: Awaited<ReturnType<typeof started>>) {
  const { api, past, now } = of
  const answer = await api.call('GET', `${cms}?${query}`)
  if (typeof outcome === 'object') {
    const { details } = answer.json as { details: { causes: { field: string; message: string }[] } }
    assert.equal(answer.status, 422)
    assert.deepEqual(details.causes[0]?.message, `Forbidden: ${outcome.refused}`)
    return
  }
  const { metadata, items } = answer.json as WireList
  const names = items.map((one) => one.metadata.name).join('')
  const isPast = outcome.endsWith('past')
  const isFirst = outcome.startsWith('first')
  assert.equal(metadata.resourceVersion, String(isPast ? past : now))
  assert.equal(names, isFirst ? 'a' : isPast ? 'ab' : 'abc')
  assert.equal(metadata.continue !== undefined, isFirst)
}

for (const [match, version, whole, paged] of lists) {
  for (const [limit, outcome] of [
    ['', whole],
    ['&limit=1', paged],
  ] as const) {
    const what = `match ${match || 'unset'}, resourceVersion ${version}, ${limit ? 'with' : 'without'} a limit`
    test(`list: ${what}`, async () => {
      const of = await started()
      await checkList(matchQuery(match) + versionQuery(version, of.past) + limit, outcome, of)
    })
  }
}

/** By sendInitialEvents and resourceVersion: the events that come at once. */
const watches: readonly (readonly ['' | 'false' | 'true', Version, events: string])[] = [
  ['', 'unset', 'a b c'],
  ['', '0', 'a b c'],
  ['', 'past', 'c'],
  ['false', 'unset', ''],
  ['false', '0', ''],
  ['false', 'past', 'c'],
  ['true', 'unset', 'a b c END'],
  ['true', '0', 'a b c END'],
  ['true', 'past', 'a b c END'],
]

const initialEnd = 'k8s.io/initial-events-end'

for (const [initial, version, events] of watches) {
  for (const bookmarks of ['', '&allowWatchBookmarks=true']) {
    const what = `sendInitialEvents ${initial || 'unset'}, resourceVersion ${version}, ${bookmarks ? 'with' : 'without'} bookmarks`
    test(`watch: ${what}`, async () => {
      const { api, past, now } = await started()
      const mode = initial === '' ? '' : `&sendInitialEvents=${initial}&resourceVersionMatch=NotOlderThan`
      const watching = await api.watch(`${cms}?watch=1${mode}${bookmarks}${versionQuery(version, past)}`)
      const seen = watching.events.map(({ type, object: { metadata } }) =>
        type === 'BOOKMARK' && metadata.annotations?.[initialEnd] === 'true' ? 'END' : metadata.name,
      )
      const expected = bookmarks === '' ? events.replace(' END', '') : events
      assert.deepEqual(seen.join(' '), expected)
      if (seen.includes('END'))
        assert.equal(watching.events.at(-1)?.object.metadata.resourceVersion, String(now))
    })
  }
}
