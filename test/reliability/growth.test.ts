// How the server bears many objects: fills it through its API and looks, at growing numbers, that all answers are right;
// what each took, and memory, are told as diagnostics. KUBELING_GROWTH_PODS: how many (5000; long: 200000).
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readLines } from '#client'
import { startApiServer } from '#testkit/host/kubeling'
import { type Running, tempDir } from '#testkit/host/process'
import { Requests, nodes, pod } from './programs/pods.ts'

const podsMax = Number(process.env['KUBELING_GROWTH_PODS'] ?? 5000)
const steps = [1000, 5000, 20_000, 50_000, 100_000, 200_000].filter((count) => count <= podsMax)
const parallel = 32
const samples = 200
const path = '/api/v1/namespaces/default/pods'

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly remainingItemCount?: number }
  readonly items: readonly { readonly metadata: { readonly name: string } }[]
}

const nameOf = (i: number) => `pod-${String(i).padStart(6, '0')}`
const rssOf = ({ pid }: Running) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Times of one kind of request, one after the other; gives the median and the 99th of a hundred. */
async function timed(count: number, work: (i: number) => Promise<void>): Promise<string> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const started = performance.now()
    await work(i)
    times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => (times[Math.floor((times.length - 1) * part)] as number).toFixed(2)
  return `${at(0.5)}/${at(0.99)}`
}

async function fill(requests: Requests, from: number, to: number): Promise<void> {
  let next = from
  const worker = async () => {
    for (let i = next++; i < to; i = next++) {
      const { status, body } = await requests.send('POST', path, pod(i))
      assert.equal(status, 201, body.toString())
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}

async function list(requests: Requests, query: string): Promise<List> {
  const { status, body } = await requests.send('GET', `${path}${query}`)
  assert.equal(status, 200, body.toString())
  return JSON.parse(body.toString()) as List
}

/** The pods that a rule of numbers picks out of the first `count`. */
const expected = (count: number, every: number, first: number) =>
  Array.from({ length: Math.ceil((count - first) / every) }, (_, k) => nameOf(first + k * every))

async function checkList(requests: Requests, query: string, names: readonly string[]): Promise<void> {
  const { items } = await list(requests, query)
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    names,
  )
}

/** A watch from now, told of one change: gives how long it took to begin, and the change to come. */
async function watchOnce(requests: Requests): Promise<string> {
  const { metadata } = await list(requests, '?limit=1')
  const started = performance.now()
  const answer = await requests.open('GET', `${path}?watch=1&resourceVersion=${metadata.resourceVersion}`)
  const beganMs = performance.now() - started
  const lines = readLines(answer)
  const delays = await timed(50, async (i) => {
    const body = JSON.stringify({ metadata: { annotations: { at: String(i) } } })
    const patched = requests.send('PATCH', `${path}/${nameOf(7)}`, body, 'application/merge-patch+json')
    const { value } = await lines.next()
    const event = JSON.parse(value as string) as { type: string; object: { metadata: { name: string } } }
    assert.deepEqual([event.type, event.object.metadata.name], ['MODIFIED', nameOf(7)])
    assert.equal((await patched).status, 200)
  })
  answer.destroy()
  return `${beganMs.toFixed(1)} event ${delays}`
}

async function look(t: TestContext, server: Running, requests: Requests, count: number): Promise<void> {
  const get = await timed(samples, async (i) => {
    const name = nameOf((i * 7919) % count)
    const { status, body } = await requests.send('GET', `${path}/${name}`)
    assert.equal(status, 200)
    assert.ok(body.includes(`"name":"${name}"`))
  })
  const create = await timed(samples, async (i) => {
    assert.equal((await requests.send('POST', path, pod(1_000_000 + i))).status, 201)
  })
  for (let i = 0; i < samples; i++)
    assert.equal(
      (await requests.send('DELETE', `${path}/pod-${1_000_000 + i}?gracePeriodSeconds=0`)).status,
      200,
    )
  const page = await timed(20, async () => {
    const { items, metadata } = await list(requests, '?limit=500')
    assert.deepEqual([items.length, metadata.remainingItemCount], [500, count - 500])
  })
  const label = await timed(5, () =>
    checkList(requests, '?labelSelector=set%3Dset-3', expected(count, 1000, 3)),
  )
  const node = await timed(20, (i) =>
    checkList(requests, `?fieldSelector=spec.nodeName%3Dnode-${i}`, expected(count, nodes, i)),
  )
  const watch = await watchOnce(requests)
  t.diagnostic(
    `${count} pods: rss ${rssOf(server).toFixed(0)} MB; p50/p99 ms: get ${get} create ${create} page ${page} label ${label} node ${node} watch ${watch}`,
  )
}

test(`${podsMax} pods: every answer is right, also after a restart`, { timeout: 1_800_000 }, async (t) => {
  const dataDir = tempDir(t)
  const args = [`--data-dir=${dataDir}`]
  const server = await startApiServer(t, args)
  const requests = new Requests(server.url, parallel)
  const idleMb = rssOf(server)
  let filled = 0
  for (const count of steps) {
    const started = performance.now()
    await fill(requests, filled, count)
    const seconds = (performance.now() - started) / 1000
    t.diagnostic(`${filled} to ${count}: ${((count - filled) / seconds).toFixed(0)} creates/s`)
    filled = count
    await look(t, server, requests, count)
  }
  const { body } = await requests.send('GET', `${path}/${nameOf(1)}`)
  const perPod = ((rssOf(server) - idleMb) * 2 ** 20) / filled
  const times = (perPod / body.length).toFixed(2)
  // With few pods, what is measured is the garbage of having made them.
  if (filled >= 50_000)
    t.diagnostic(
      `a pod is ${body.length} bytes; memory per pod ${perPod.toFixed(0)} bytes, ${times} of its JSON`,
    )
  requests.close()
  await server.stop()
  t.diagnostic(`file ${(statSync(join(dataDir, 'store.db')).size / 2 ** 20).toFixed(0)} MB`)
  const started = performance.now()
  const again = await startApiServer(t, args, undefined, 120_000)
  t.diagnostic(
    `ready again after ${(performance.now() - started).toFixed(0)} ms, rss ${rssOf(again).toFixed(0)} MB`,
  )
  const more = new Requests(again.url, parallel)
  await look(t, again, more, filled)
  more.close()
})
