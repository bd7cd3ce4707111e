import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { silent } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import { VirtualClock } from '#testkit/virtual-clock'
import { followManifestUrl } from './follow-manifest-url.ts'

test('a URL gives static pods; what is no answer changes nothing and is told three times', async (t) => {
  const answers: [status: number, body: string][] = []
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(String(request.headers['x-a']))
    const [status, body] = answers.shift() ?? [500, 'broken']
    response.writeHead(status).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const clock = new VirtualClock()
  const pod = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'a' }] },
  })
  answers.push([200, JSON.stringify(pod('one'))])
  answers.push([200, ''], [404, 'no'], [200, 'nonsense'], [500, ''])
  answers.push([200, JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [pod('one'), pod('two')] })])
  const warnings: string[] = []
  const updates: (readonly Pod[])[] = []
  const stop = new AbortController()
  const running = followManifestUrl(
    {
      url: `http://127.0.0.1:${port}/pods`,
      headers: [
        ['X-A', 'one'],
        ['X-A', 'two'],
      ],
      nodeName: 'node-1',
      parse: (text) => JSON.parse(text) as never,
      clock,
      log: { ...silent, warn: (_text, fields) => void warnings.push((fields as { err: Error }).err.message) },
      pods: {
        pods: () => [],
        update: (source, pods) => {
          assert.equal(source, 'http')
          updates.push(pods)
        },
      },
      checkMs: 1000,
      onPods: () => {},
    },
    stop.signal,
  )
  // Small steps: an answer takes a few turns of the real loop, and has ten seconds of this clock.
  for (let step = 0; step < 20_000 && updates.length < 6; step++) await clock.advance(5)
  stop.abort()
  await running
  const names = updates.slice(0, 6).map((pods) => pods.map(({ metadata }) => metadata.name))
  assert.deepEqual(names.slice(0, 5), Array(5).fill(['one-node-1']))
  assert.deepEqual(names[5], ['one-node-1', 'two-node-1'])
  assert.equal(updates[0]?.[0]?.metadata.annotations?.['kubernetes.io/config.source'], 'http')
  assert.equal(asked[0], 'one, two')
  assert.equal(warnings[0], `zero-length data received from http://127.0.0.1:${port}/pods`)
  assert.equal(warnings[1], `http://127.0.0.1:${port}/pods: 404 Not Found`)
  assert.equal(warnings.length, 3)
})
