import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '#base/errors'
import { silent } from '#base/log'
import type { KubeObject } from '#schema/object'
import { seededRandom } from '#testkit/seeded-random'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import type { Client, ObjectList, WatchEvent } from './contract.ts'
import { createInformer } from './informer.ts'

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true }
const object = (name: string, resourceVersion: string): KubeObject => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'default', resourceVersion },
})
const list = (resourceVersion: string, ...items: KubeObject[]): ObjectList<KubeObject> => ({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata: { resourceVersion },
  items,
})

type Answer = ObjectList<KubeObject> | Error
type Stream = readonly (WatchEvent<KubeObject> | Error)[]

/** A server that answers from a script; when the script is at its end, the last watch stays open. */
function scripted(lists: Answer[], streams: Stream[]) {
  const asked: string[] = []
  const client = {
    async list() {
      asked.push('list')
      const answer = lists.shift()
      if (answer === undefined || answer instanceof Error)
        throw answer ?? new Error('the script is at its end')
      return answer
    },
    async *watch(_: unknown, { resourceVersion }: { resourceVersion: string }, signal: AbortSignal) {
      asked.push(`watch from ${resourceVersion}`)
      const stream = streams.shift()
      for (const event of stream ?? []) {
        if (event instanceof Error) throw event
        yield event
      }
      if (stream === undefined) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    },
  }
  return { client: client as unknown as Client, asked }
}

async function run(lists: Answer[], streams: Stream[]) {
  const clock = new VirtualClock()
  const { client, asked } = scripted(lists, streams)
  const informer = createInformer({ client, resource: pods, clock, random: seededRandom(1), log: silent })
  const told: string[] = []
  informer.onChange((next, old) =>
    told.push(
      `${old?.metadata.name ?? '-'}@${old?.metadata.resourceVersion ?? ''} > ${next?.metadata.resourceVersion ?? 'gone'}`,
    ),
  )
  const stop = new AbortController()
  const running = informer.run(stop.signal)
  for (let i = 0; i < 5; i++) {
    await settled()
    await clock.advance(10_000)
  }
  stop.abort()
  await running
  return { informer, told, asked }
}

test('it lists, then follows the watch', async () => {
  const { told, asked, informer } = await run(
    [list('5', object('a', '3'))],
    [
      [
        { type: 'ADDED', object: object('b', '6') },
        { type: 'MODIFIED', object: object('a', '7') },
        { type: 'DELETED', object: object('b', '8') },
        { type: 'BOOKMARK', object: object('', '20') },
      ],
    ],
  )
  assert.deepEqual(told, ['-@ > 3', '-@ > 6', 'a@3 > 7', 'b@8 > gone'])
  assert.deepEqual(asked, ['list', 'watch from 5', 'watch from 20'])
  assert.deepEqual(
    informer.items().map(({ metadata }) => metadata.name),
    ['a'],
  )
  assert.equal(informer.get('default', 'a')?.metadata.resourceVersion, '7')
  assert.ok(informer.synced)
})

test('it lists again when the revision is too old, and tells of the difference', async () => {
  const { told, asked } = await run(
    [list('5', object('a', '3'), object('b', '4')), list('9', object('a', '3'), object('c', '8'))],
    [[new ApiError('Expired', 'too old resource version')]],
  )
  assert.deepEqual(told, ['-@ > 3', '-@ > 4', 'b@4 > gone', '-@ > 8'])
  assert.deepEqual(asked, ['list', 'watch from 5', 'list', 'watch from 9'])
})

test('it goes on from where it was when the server was away', async () => {
  const { told, asked } = await run(
    [new Error('away'), list('5', object('a', '3'))],
    [[{ type: 'MODIFIED', object: object('a', '7') }, new Error('away')]],
  )
  assert.deepEqual(told, ['-@ > 3', 'a@3 > 7'])
  assert.deepEqual(asked, ['list', 'list', 'watch from 5', 'watch from 7'])
})
