// An etcd that has reached its quota: creates and updates are refused with an answer that says what to do, reads and deletes
// work, and writing goes on without a restart once the operator has made room.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { test } from 'node:test'
import { type Etcd, startEtcd } from '#testkit/host/etcd'
import { startApiServer } from '#testkit/host/kubeling'
import { until } from '#testkit/host/process'
import { type Answer, ask } from './ask.ts'

const quotaBytes = 16 * 2 ** 20
const pad = 'x'.repeat(500_000)

/** What an operator does, as etcd's documentation of its space quota has it. */
async function makeRoom(etcd: Etcd): Promise<void> {
  const { header } = await etcd.ask<{ header: { revision: string } }>('/v3/maintenance/status')
  await etcd.ask('/v3/kv/compaction', { revision: header.revision, physical: true })
  await etcd.ask('/v3/maintenance/defragment')
  const { alarms } = await etcd.ask<{ alarms: { memberID: string }[] }>('/v3/maintenance/alarm')
  assert.equal(alarms.length, 1)
  for (const { memberID } of alarms)
    await etcd.ask('/v3/maintenance/alarm', { action: 'DEACTIVATE', memberID, alarm: 'NOSPACE' })
}

function checkRefusal({ code, text }: Answer): void {
  const { reason, message } = JSON.parse(text) as { reason: string; message: string }
  assert.deepEqual([code, reason], [500, 'InternalError'], text)
  assert.match(message, /mvcc: database space exceeded; delete objects, then compact, defragment and disarm/)
}

test('an etcd at its quota takes deletes, and everything again once there is room', {
  timeout: 120_000,
}, async (t) => {
  const etcd = await startEtcd(t, [`--quota-backend-bytes=${quotaBytes}`])
  const { url } = await startApiServer(t, [`--etcd-servers=${etcd.url}`])
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const path = `${url}/api/v1/namespaces/default/configmaps`
  const call = async (method: string, name: string, data?: Record<string, string>) => {
    const body = method === 'POST' || method === 'PUT' ? { metadata: { name }, data } : undefined
    return (await ask(agent, method, method === 'POST' ? path : `${path}/${name}`, body)) as Answer
  }
  let count = 0
  let last = await call('POST', 'a-0', { pad })
  while (last.code === 201 && count < 100) last = await call('POST', `a-${++count}`, { pad })
  assert.ok(count > 10, `${count} were taken`)
  checkRefusal(last)
  checkRefusal(await call('PUT', 'a-0', { changed: 'yes' }))
  for (let i = 1; i < count; i++) assert.equal((await call('DELETE', `a-${i}`)).code, 200)
  assert.equal((await call('GET', 'a-1')).code, 404)
  checkRefusal(await call('POST', 'still-full'))
  assert.equal((await call('GET', 'a-0')).code, 200)
  await makeRoom(etcd)
  await until('creates to work again', async () => (await call('POST', 'again', { pad })).code === 201)
  assert.equal((await call('PUT', 'a-0', { changed: 'yes' })).code, 200)
})
