import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Store, type StoreEvent, isStoreError } from '#store'
import type { Contract } from './store-contract.ts'
import { SeenChanges, bytes, text } from './store-watcher.ts'

/** Declares the contract's tests of watches. */
export function testStoreWatch(contract: Contract): void {
  testBeginnings(contract)
  testEndings(contract)
  testLaws(contract)
}

function testBeginnings(contract: Contract): void {
  contract('tells a watch from now what comes after, and nothing else', async ({ store }) => {
    await store.create('/p/old', bytes('x'))
    const seen = new SeenChanges()
    const watch = store.watch('/p/', await store.revision(), seen)
    const a = await store.create('/p/a', bytes('one'))
    await store.create('/q/other', bytes('x'))
    const b = await store.update('/p/a', bytes('two'), a)
    const gone = await store.delete('/p/a', b)
    await seen.until(() => seen.changes.length === 3)
    assert.deepEqual(seen.words, [`put /p/a ${a} one`, `put /p/a ${b} two`, `delete /p/a ${gone}`])
    assert.deepEqual(
      seen.changes.map(({ createRevision, previous }) => [createRevision, text(previous)]),
      [
        [a, undefined],
        [a, 'one'],
        [a, 'two'],
      ],
    )
    assert.deepEqual(seen.faults, [])
    watch.close()
  })

  contract('tells a watch from 0 only what is written after it began', async ({ store }) => {
    const old = await store.create('/p/old', bytes('x'))
    const seen = new SeenChanges()
    const watch = store.watch('/p/', 0, seen)
    watch.requestProgress()
    await seen.until(() => seen.revision >= old)
    const a = await store.create('/p/a', bytes('one'))
    await seen.until(() => seen.changes.length > 0)
    assert.deepEqual(seen.words, [`put /p/a ${a} one`])
    watch.close()
  })

  contract('tells a watch from the past everything since, with what was there before', async ({ store }) => {
    const a = await store.create('/p/a', bytes('one'))
    const b = await store.update('/p/a', bytes('two'), a)
    const gone = await store.delete('/p/a', b)
    const seen = new SeenChanges()
    const watch = store.watch('/p/', a, seen)
    await seen.until(() => seen.changes.length === 2)
    const c = await store.create('/p/c', bytes('new'))
    await seen.until(() => seen.changes.length === 3)
    assert.deepEqual(seen.words, [`put /p/a ${b} two`, `delete /p/a ${gone}`, `put /p/c ${c} new`])
    assert.deepEqual(
      seen.changes.map(({ previous }) => text(previous)),
      ['one', 'two', undefined],
    )
    assert.deepEqual(seen.faults, [])
    watch.close()
  })

  contract('tells progress up to what was written elsewhere', async ({ store }) => {
    const seen = new SeenChanges()
    const watch = store.watch('/p/', await store.revision(), seen)
    const newest = await store.create('/q/a', bytes('x'))
    watch.requestProgress()
    await seen.until(() => seen.revision >= newest)
    assert.deepEqual(seen.words, [])
    watch.close()
  })

  contract('never tells progress before the changes that it covers', async ({ store }) => {
    const seen = new SeenChanges()
    const watch = store.watch('/p/', await store.revision(), seen)
    for (let i = 0; i < 30; i++) {
      const revision = await store.create(`/p/${i}`, bytes('x'))
      watch.requestProgress()
      await seen.until(() => seen.revision >= revision)
      assert.equal(seen.changes.at(-1)?.revision, revision)
    }
    watch.close()
  })
}

function testEndings(contract: Contract): void {
  contract('ends a watch from before the compaction, and serves one from it', async ({ store }) => {
    const a = await store.create('/p/a', bytes('one'))
    const b = await store.update('/p/a', bytes('two'), a)
    const gone = await store.delete('/p/a', b)
    await store.compact(b)
    const late = new SeenChanges()
    store.watch('/p/', a - 1, late)
    await late.until(() => late.over !== undefined)
    assert.ok(isStoreError(late.over?.error, 'compacted'), String(late.over?.error))
    assert.deepEqual(late.words, [])
    const seen = new SeenChanges()
    const watch = store.watch('/p/', b, seen)
    await seen.until(() => seen.changes.length > 0)
    assert.deepEqual(seen.words, [`delete /p/a ${gone}`])
    watch.close()
  })

  contract('tells a closed watch nothing more, once that it is over', async ({ store }) => {
    const seen = new SeenChanges()
    const other = new SeenChanges()
    const revision = await store.revision()
    const watch = store.watch('/p/', revision, seen)
    const otherWatch = store.watch('/p/', revision, other)
    watch.close()
    watch.close()
    await store.create('/p/a', bytes('x'))
    await other.until(() => other.changes.length > 0)
    assert.deepEqual([seen.words, seen.over, seen.faults], [[], { error: undefined }, []])
    otherWatch.close()
  })

  contract('gives an expired key as a deletion', async ({ store, pass }) => {
    const seen = new SeenChanges()
    const watch = store.watch('/p/', await store.revision(), seen)
    await store.create('/p/a', bytes('x'), { ttlSeconds: 1 })
    await pass(4000)
    await seen.until(() => seen.changes.length === 2)
    const [put, gone] = seen.changes as [StoreEvent, StoreEvent]
    assert.deepEqual([gone.type, gone.key, text(gone.previous)], ['delete', '/p/a', 'x'])
    assert.ok(gone.revision > put.revision)
    watch.close()
  })

  contract('ends all watches when it closes', async ({ store }) => {
    const seen = new SeenChanges()
    store.watch('/p/', await store.revision(), seen)
    await store.close()
    assert.ok(seen.over)
  })
}

const step = fc.record({
  what: fc.constantFrom('put', 'put', 'put', 'delete', 'compact', 'watch', 'watch'),
  key: fc.integer({ min: 0, max: 5 }),
  back: fc.integer({ min: 0, max: 12 }),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Started {
  readonly seen: SeenChanges
  readonly prefix: string
  readonly from: number
}

/** A random writer with compaction, and watches that begin now or in the past. */
async function play(store: Store, steps: readonly Step[], base: string) {
  const model = new Map<string, number>()
  const written: string[] = []
  const started: Started[] = []
  let compacted = 0
  const note = (word: string, revision: number) => {
    written[revision] = word
  }
  for (const { what, key: number, back } of steps) {
    const key = `${base}${number % 2 === 0 ? 'even' : 'odd'}/${number}`
    const known = model.get(key)
    if (what === 'put') {
      const value = bytes(`v${back}`)
      const revision = await (known === undefined
        ? store.create(key, value)
        : store.update(key, value, known))
      model.set(key, revision)
      note(`put ${key} ${revision} v${back}`, revision)
    } else if (what === 'delete' && known !== undefined) {
      model.delete(key)
      const revision = await store.delete(key, known)
      note(`delete ${key} ${revision}`, revision)
    } else if (what === 'compact') {
      const revision = (await store.revision()) - back
      if (revision > compacted && (await compacts(store, revision))) compacted = revision
    } else if (what === 'watch') {
      const from = Math.max(1, compacted, (await store.revision()) - back)
      const prefix = number % 3 === 0 ? base : `${base}${number % 2 === 0 ? 'even' : 'odd'}/`
      const seen = new SeenChanges()
      const watch = store.watch(prefix, from, seen)
      watch.requestProgress()
      started.push({ seen, prefix, from })
      // A compaction right after may end it; then it has nothing to show but that.
      if (back % 2 === 0) await seen.until(() => seen.revision > 0 || seen.over !== undefined)
    }
  }
  return { written, started }
}

async function compacts(store: Store, revision: number): Promise<boolean> {
  try {
    await store.compact(revision)
    return true
  } catch (error) {
    if (isStoreError(error, 'compacted')) return false
    throw error
  }
}

function testLaws(contract: Contract): void {
  contract(
    'tells watches everything in order, once, with no gap, whoever writes and compacts',
    async ({ store }) => {
      let round = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          const base = `/laws/${round++}/`
          const { written, started } = await play(store, steps, base)
          const last = await store.create(`${base}even/last`, bytes('x'))
          written[last] = `put ${base}even/last ${last} x`
          for (const odd of [await store.create(`${base}odd/last`, bytes('x'))]) {
            written[odd] = `put ${base}odd/last ${odd} x`
          }
          for (const { seen, prefix, from } of started) {
            await seen.until(() => seen.over !== undefined || seen.words.at(-1)?.includes('/last ') === true)
            if (prefix === base)
              await seen.until(
                () => seen.over !== undefined || seen.words.at(-1)?.includes('odd/last') === true,
              )
            assert.deepEqual(seen.faults, [])
            const wanted = written.slice(from + 1).filter((word) => word?.includes(` ${prefix}`))
            if (seen.over) assert.ok(isStoreError(seen.over.error, 'compacted'))
            else assert.deepEqual(seen.words, wanted)
          }
        }),
        { numRuns: 15 },
      )
    },
  )
}
