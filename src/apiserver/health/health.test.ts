import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import type { HealthCheck } from '../contract.ts'
import { healthRoutes, ping } from './health.ts'

const etcd = (fault?: string): HealthCheck => ({
  name: 'etcd',
  in: ['healthz', 'readyz'],
  check: async () => {
    if (fault !== undefined) throw new Error(fault)
  },
})

async function ask(checks: readonly HealthCheck[], url: string) {
  const [path] = url.split('?')
  const route = healthRoutes(checks, silent).find((one) => one.path === path)
  if (!route) return undefined
  const answer = await route.handle({
    method: 'GET',
    url,
    headers: {},
    body: async () => new Uint8Array(),
    signal: never,
    peer: { address: '', secure: false },
  })
  return [answer.status, Buffer.from(answer.body as Uint8Array).toString()]
}

test('healthRoutes() says ok, in detail when asked', async () => {
  assert.deepEqual(await ask([ping, etcd()], '/healthz'), [200, 'ok'])
  assert.deepEqual(await ask([ping, etcd()], '/readyz?verbose'), [
    200,
    '[+]ping ok\n[+]etcd ok\nreadyz check passed\n',
  ])
  assert.deepEqual(await ask([ping, etcd()], '/livez?verbose'), [200, '[+]ping ok\nlivez check passed\n'])
  assert.deepEqual(await ask([ping, etcd()], '/healthz/ping'), [200, 'ok'])
  assert.equal(await ask([ping, etcd()], '/livez/etcd'), undefined)
})

test('healthRoutes() names the failed check and keeps its reason back', async () => {
  assert.deepEqual(await ask([ping, etcd('no route')], '/readyz'), [
    500,
    '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n',
  ])
  assert.deepEqual(await ask([etcd('no route')], '/readyz/etcd'), [500, 'internal server error: no route\n'])
})

test('healthRoutes() leaves out what is excluded', async () => {
  assert.deepEqual(await ask([ping, etcd('down')], '/readyz?verbose&exclude=etcd&exclude=x'), [
    200,
    '[+]ping ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded: no matches for "x"\nreadyz check passed\n',
  ])
})
