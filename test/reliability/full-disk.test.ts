// A disk that is really full: a small file system of its own. Creates and updates are refused with an answer that says
// what to do, deletes and compaction work, and writing goes on without a restart when there is room.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { realClock } from '#host/clock'
import { openSqliteStore } from '#store'
import { startApiServer } from '#testkit/host/kubeling'
import { run, tempDir, until } from '#testkit/host/process'
import { type Answer, ask } from './ask.ts'

/** A folder on a disk of a few MiB; undefined, and the test skipped, without the right to mount one. */
async function smallDisk(t: TestContext, sizeMiB: number): Promise<string | undefined> {
  const folder = tempDir(t)
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder])
  if (mounted.code === 0) return folder
  t.skip(`needs the right to mount a small disk: ${mounted.stderr}`)
  return undefined
}

const succeeds = (done: Promise<unknown>): Promise<boolean> =>
  done.then(
    () => true,
    () => false,
  )

test('on a full disk deletes and compaction work, and creates work again after them', {
  timeout: 120_000,
}, async (t) => {
  const undo: (() => Promise<unknown>)[] = []
  // Before the folder's own removal, and in this order: close, unmount.
  t.after(async () => {
    for (const step of undo.reverse()) await step()
  })
  const folder = await smallDisk(t, 12)
  if (folder === undefined) return
  undo.push(() => run('umount', [folder]))
  const store = await openSqliteStore({
    path: join(folder, 'store.db'),
    clock: realClock,
    reserveBytes: 2 ** 20,
  })
  undo.push(() => store.close())
  const written: [string, number][] = []
  const fill = async () => {
    for (let i = 0; ; i++) written.push([`/a/${i}`, await store.create(`/a/${i}`, new Uint8Array(20_000))])
  }
  await assert.rejects(fill(), { code: 'full' })
  assert.ok(written.length > 50, `${written.length} written`)
  await assert.rejects(store.create('/more', new Uint8Array(10)), { code: 'full' })
  for (const [key, revision] of written) await store.delete(key, revision)
  await store.compact(await store.revision())
  await until('creates to work again', () => succeeds(store.create('/more', new Uint8Array(20_000))))
})

test('an API server on a full disk says so, deletes, and goes on when there is room', {
  timeout: 180_000,
}, async (t) => {
  const undo: (() => Promise<unknown>)[] = []
  t.after(async () => {
    for (const step of undo.reverse()) await step()
  })
  const folder = await smallDisk(t, 40)
  if (folder === undefined) return
  undo.push(() => run('umount', [folder]))
  const server = await startApiServer(t, [`--data-dir=${folder}`])
  undo.push(() => server.stop())
  const agent = new Agent({ keepAlive: true })
  const path = `${server.url}/api/v1/namespaces/default/configmaps`
  const create = async (name: string) =>
    (await ask(agent, 'POST', path, { metadata: { name }, data: { pad: 'x'.repeat(500_000) } })) as Answer
  const refused = await fill(create)
  checkRefusal(refused.answer)
  const put = await ask(agent, 'PUT', `${path}/a-0`, { metadata: { name: 'a-0' }, data: { changed: 'yes' } })
  checkRefusal(put as Answer)
  assert.equal((await ask(agent, 'GET', `${path}/a-0`))?.code, 200)
  assert.equal((await ask(agent, 'DELETE', `${path}/a-0`))?.code, 200)
  assert.equal((await ask(agent, 'GET', `${path}/a-0`))?.code, 404)
  const grown = await run('mount', ['-o', 'remount,size=80m', folder])
  assert.equal(grown.code, 0, grown.stderr)
  await until('creates to work again', async () => (await create('again')).code === 201)
  assert.equal((await ask(agent, 'GET', `${path}/a-${refused.at - 1}`))?.code, 200)
  agent.destroy()
})

async function fill(create: (name: string) => Promise<Answer>): Promise<{ at: number; answer: Answer }> {
  for (let at = 0; at < 200; at++) {
    const answer = await create(`a-${at}`)
    if (answer.code !== 201) return { at, answer }
  }
  return assert.fail('the disk did not become full')
}

function checkRefusal({ code, text }: Answer): void {
  const status = JSON.parse(text) as { kind: string; reason: string; message: string }
  assert.equal(code, 500, text)
  assert.equal(status.kind, 'Status')
  assert.equal(status.reason, 'InternalError')
  assert.match(status.message, /the disk is full/)
  assert.match(status.message, /delete objects or make room on the disk/)
}
