import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLogOptions } from './log-options.ts'

const read = (query: string) => toLogOptions(new URLSearchParams(query), 100_500)

test('toLogOptions() reads what upstream sends', () => {
  assert.deepEqual(read(''), {
    follow: false,
    previous: false,
    timestamps: false,
    tailLines: undefined,
    since: undefined,
    limitBytes: undefined,
    stream: undefined,
  })
  const all = read('follow=true&previous=true&timestamps=true&tailLines=0&limitBytes=9&stream=Stderr')
  assert.deepEqual(all, {
    follow: true,
    previous: true,
    timestamps: true,
    tailLines: 0,
    since: undefined,
    limitBytes: 9,
    stream: 'stderr',
  })
  assert.deepEqual(read('sinceSeconds=10').since, { seconds: 90, nanos: 500_000_000 })
  assert.deepEqual(read('sinceTime=1970-01-01T00:00:07Z').since, { seconds: 7, nanos: 0 })
  assert.equal(read('follow=false').follow, false)
})

test('toLogOptions() refuses what makes no sense', () => {
  for (const query of [
    'tailLines=-1',
    'limitBytes=0',
    'sinceSeconds=0',
    'stream=None',
    'sinceSeconds=1&sinceTime=1970-01-01T00:00:07Z',
  ])
    assert.throws(() => read(query), { status: 422, message: 'Invalid request.' }, query)
  for (const query of ['tailLines=x', 'sinceTime=yesterday', 'limitBytes=1.5'])
    assert.throws(() => read(query), { status: 400, message: 'Unable to decode query.' }, query)
})
