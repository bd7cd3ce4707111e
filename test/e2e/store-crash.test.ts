// The embedded store under kill -9 and under failing disks: every acknowledged write is there afterwards, revisions
// rise, and the database passes its own checks, which opening it makes. KUBELING_KILL_ROUNDS: 20 by default.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { realClock } from '#host/clock'
import { openSqliteStore } from '#store'
import { type Running, run, start, tempDir, until } from '#testkit/host/process'

const rounds = Number(process.env.KUBELING_KILL_ROUNDS ?? 20)
const writer = resolve(import.meta.dirname, 'programs/store-writer.ts')

/** What a writer's lines say must be there: the newest acknowledged revision of each key, 0 for a deleted one. */
class Acknowledged {
  readonly keys = new Map<string, number>()
  newest = 0
  count = 0
  readonly #inFlight = new Set<string>()

  read(output: string): void {
    const whole = output.slice(0, output.lastIndexOf('\n') + 1)
    for (const [what, key = '', revision = ''] of whole.split('\n').map((line) => line.split(' '))) {
      if (what === 'begin') this.#inFlight.add(key)
      if (what !== 'put' && what !== 'gone') continue
      this.count++
      this.#inFlight.delete(key)
      this.keys.set(key, what === 'put' ? Number(revision) : 0)
      this.newest = Math.max(this.newest, Number(revision))
    }
    // Begun and not answered: done or not, both are right.
    for (const key of this.#inFlight) this.keys.delete(key)
    this.#inFlight.clear()
  }

  async check(path: string): Promise<void> {
    const store = await openSqliteStore({ path, clock: realClock, reserveBytes: 65_536 })
    try {
      const page = await store.list('/')
      assert.ok(page.revision >= this.newest, `revision ${page.revision} after ${this.newest}`)
      const found = new Map(page.items.map(({ key, revision }) => [key, revision]))
      for (const [key, revision] of this.keys) assert.equal(found.get(key) ?? 0, revision, key)
    } finally {
      await store.close()
    }
  }
}

const ended = (running: Running) => running.child.exitCode !== null || running.child.signalCode !== null

async function untilWritten(running: Running, acks: number): Promise<void> {
  await until(`${acks} acknowledged writes`, () => {
    assert.ok(!ended(running), running.output())
    return running.output().split('\n').length > acks
  })
}

test(`kill -9 of an embedded store's writer, ${rounds} times, loses nothing`, {
  timeout: 600_000,
}, async (t) => {
  const path = join(tempDir(t), 'store.db')
  const acknowledged = new Acknowledged()
  for (let round = 0; round < rounds; round++) {
    const running = start(t, process.execPath, [writer, path, String(round)])
    await untilWritten(running, 50 + ((round * 97) % 400))
    await running.stop('SIGKILL')
    acknowledged.read(running.output())
    await acknowledged.check(path)
  }
  t.diagnostic(`${acknowledged.count} acknowledged writes over ${rounds} kills, none lost`)
})

function startFaulty(t: TestContext, path: string, injection: string): Running | undefined {
  if (!existsSync('/usr/bin/strace')) {
    t.skip('/usr/bin/strace is missing: apt-get install strace')
    return undefined
  }
  const trace = injection.slice(0, injection.indexOf(':'))
  const log = `${path}.strace`
  return start(t, '/usr/bin/strace', [
    '-f',
    `--output=${log}`,
    `--trace=${trace}`,
    `--inject=${injection}`,
    process.execPath,
    writer,
    path,
    '0',
  ])
}

for (const when of [25, 60, 150]) {
  test(`a failing sync (number ${when}) ends all writing and loses nothing`, {
    timeout: 120_000,
  }, async (t) => {
    const path = join(tempDir(t), 'store.db')
    const running = startFaulty(t, path, `fsync,fdatasync:error=EIO:when=${when}+`)
    if (!running) return
    await until('the writer to stop', () => ended(running))
    assert.match(running.output(), /failed writing to database .* takes no more writes until a restart/)
    const acknowledged = new Acknowledged()
    acknowledged.read(running.output())
    await acknowledged.check(path)
  })
}

test('a sync that fails while the store opens is said with the name of the file', {
  timeout: 60_000,
}, async (t) => {
  const path = join(tempDir(t), 'store.db')
  const running = startFaulty(t, path, 'fsync,fdatasync:error=EIO:when=1+')
  if (!running) return
  await until('the writer to stop', () => ended(running))
  assert.match(running.output(), /database ".*store.db"|disk I\/O error/)
})

test('a disk that is full for a while loses nothing, and is written again when it is not', {
  timeout: 120_000,
}, async (t) => {
  const path = join(tempDir(t), 'store.db')
  const running = startFaulty(t, path, 'pwrite64:error=ENOSPC:when=400..460')
  if (!running) return
  await until('the full disk to be noticed', () => running.output().includes('full') || ended(running))
  const noticedAt = running.output().lastIndexOf('full')
  await until(
    'writing to go on',
    () => ended(running) || /put .*\n.*put/.test(running.output().slice(noticedAt)),
  )
  assert.ok(!ended(running), running.output().slice(-500))
  // Strace lets its child live when it is killed, and ends with it.
  process.kill(Number(/open (\d+)/.exec(running.output())?.[1]), 'SIGKILL')
  await until('the writer to be gone', () => ended(running))
  const acknowledged = new Acknowledged()
  acknowledged.read(running.output())
  await acknowledged.check(path)
})

test('on a full disk deletes and compaction work, and creates work again after them', {
  timeout: 120_000,
}, async (t) => {
  const undo: (() => Promise<unknown>)[] = []
  // Before the folder's own removal, and in this order: close, unmount.
  t.after(async () => {
    for (const step of undo.reverse()) await step()
  })
  const folder = tempDir(t)
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder])
  if (mounted.code !== 0) {
    t.skip(`needs the right to mount a small disk: ${mounted.stderr}`)
    return
  }
  undo.push(() => run('umount', [folder]))
  const path = join(folder, 'store.db')
  const store = await openSqliteStore({ path, clock: realClock, reserveBytes: 2 ** 20 })
  undo.push(() => store.close())
  const written: [string, number][] = []
  await assert.rejects(
    async () => {
      for (let i = 0; ; i++) written.push([`/a/${i}`, await store.create(`/a/${i}`, new Uint8Array(20_000))])
    },
    { code: 'full' },
  )
  assert.ok(written.length > 50, `${written.length} written`)
  await assert.rejects(store.create('/more', new Uint8Array(10)), { code: 'full' })
  for (const [key, revision] of written) await store.delete(key, revision)
  await store.compact(await store.revision())
  await until('creates to work again', () =>
    store.create('/more', new Uint8Array(20_000)).then(
      () => true,
      () => false,
    ),
  )
})
