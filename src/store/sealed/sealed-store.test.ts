// A store whose values are sealed: what is kept, what is read, and what a wrong key does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '#base/log'
import { testStore } from '#testkit/store-contract'
import { VirtualClock } from '#testkit/virtual-clock'
import type { StoreEvent } from '../contract.ts'
import { openMemoryStore } from '../memory.ts'
import {
  aesCbcSeal,
  aesGcmSeal,
  identitySeal,
  type Seal,
  sealedStore,
  Seals,
  secretBoxSeal,
} from './index.ts'

const secretOf = (fill: number, length = 32) => Buffer.alloc(length, fill)
const key = (name: string, fill = 1, length = 32) => ({ name, secret: secretOf(fill, length) })
const bytes = (text: string) => Buffer.from(text)
const text = (value: Uint8Array) => Buffer.from(value).toString()
const path = '/registry/secrets/a/b'

const seals: readonly (readonly [string, Seal])[] = [
  ['aescbc', aesCbcSeal(key('k'))],
  ['aescbc with 16 bytes', aesCbcSeal(key('k', 1, 16))],
  ['aesgcm', aesGcmSeal(key('k'))],
  ['aesgcm with 24 bytes', aesGcmSeal(key('k', 1, 24))],
  ['secretbox', await secretBoxSeal(key('k'))],
]

for (const [name, seal] of seals) {
  test(`${name}: what was sealed is opened, no two alike, and nothing of it shows`, () => {
    for (const value of ['', 'x', 'hidden '.repeat(100)]) {
      const one = seal.seal(bytes(value), path)
      assert.equal(text(seal.open(one, path)), value)
      assert.notDeepEqual(seal.seal(bytes(value), path), one)
      assert.ok(value === '' || !Buffer.from(one).includes('hidden'))
    }
    assert.equal(seal.prefix, `k8s:enc:${name.split(' ')[0]}:v1:k:`)
  })
}

for (const [name, seal] of [seals[2], seals[4]] as (readonly [string, Seal])[]) {
  test(`${name}: a changed value is refused, wherever it was changed`, () => {
    const sealed = seal.seal(bytes('hidden'), path)
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] as number) ^ 1
      assert.throws(() => seal.open(changed, path), { name: 'SealError' })
    }
    assert.throws(() => seal.open(sealed.subarray(0, 3), path), { name: 'SealError' })
  })
}

test('aesgcm: a value does not open at another place', () => {
  const seal = aesGcmSeal(key('k'))
  assert.throws(() => seal.open(seal.seal(bytes('hidden'), path), '/registry/secrets/a/c'), {
    name: 'SealError',
  })
})

test('aescbc opens what another implementation has sealed', () => {
  // openssl enc -aes-256-cbc, with keys of 01 and a start of 02.
  const sealed = Buffer.concat([Buffer.alloc(16, 2), Buffer.from('+5C0WbFCa8H4WCIcGPRbqg==', 'base64')])
  assert.equal(text(aesCbcSeal(key('k')).open(sealed, path)), 'hidden')
})

function stores(...order: Seal[]) {
  const inner = openMemoryStore({ clock: new VirtualClock() })
  const all = new Seals(order)
  return {
    inner,
    store: sealedStore(inner, (at) => (at.startsWith('/registry/secrets/') ? all : undefined), silent),
  }
}

test('values are sealed in the store, and open to whoever reads', async () => {
  const { inner, store } = stores(aesGcmSeal(key('k')), identitySeal)
  await store.create(path, bytes('hidden'))
  await store.create('/registry/pods/a/b', bytes('shown'))
  const { item } = await inner.get(path)
  assert.match(text(item?.value as Uint8Array), /^k8s:enc:aesgcm:v1:k:/)
  assert.equal(text((await inner.get('/registry/pods/a/b')).item?.value as Uint8Array), 'shown')
  assert.equal(text((await store.get(path)).item?.value as Uint8Array), 'hidden')
  assert.deepEqual(
    (await store.list('/registry/')).items.map(({ value }) => text(value)),
    ['shown', 'hidden'],
  )
})

test('a watch tells opened values, and the one before', async () => {
  const { store } = stores(aesCbcSeal(key('k')))
  const told: StoreEvent[] = []
  const watcher = {
    events: (batch: readonly StoreEvent[]) => void told.push(...batch),
    progress() {},
    ended() {},
  }
  const revision = await store.create(path, bytes('one'))
  const watch = store.watch('/registry/', revision - 1, watcher)
  const next = await store.update(path, bytes('two'), revision)
  await store.delete(path, next)
  await new Promise(setImmediate)
  watch.close()
  assert.deepEqual(
    told.map(({ type, value, previous }) => [type, text(value), previous && text(previous)]),
    [
      ['put', 'one', undefined],
      ['put', 'two', 'one'],
      ['delete', '', 'two'],
    ],
  )
})

test('what the first seal has not made is stale', async () => {
  const { inner } = stores()
  const old = sealedStore(inner, () => new Seals([aesCbcSeal(key('old'))]), silent)
  await old.create(path, bytes('hidden'))
  await inner.create('/registry/secrets/a/plain', bytes('plain'))
  const now = sealedStore(
    inner,
    () => new Seals([aesGcmSeal(key('new')), aesCbcSeal(key('old')), identitySeal]),
    silent,
  )
  for (const at of [path, '/registry/secrets/a/plain']) {
    const { item } = await now.get(at)
    assert.equal(now.isStale?.(item?.value as Uint8Array), true, at)
    await now.update(at, item?.value as Uint8Array, item?.revision as number)
    const again = (await sealedStore(inner, () => new Seals([aesGcmSeal(key('new'))]), silent).get(at)).item
    assert.equal(now.isStale?.(again?.value as Uint8Array), false, at)
  }
})

test('a key that is gone: a read is refused, a list tells the rest and the log the reason', async () => {
  const { inner, store } = stores(aesCbcSeal(key('k')))
  await store.create(path, bytes('hidden'))
  const told: string[] = []
  const log = { ...silent, error: (message: string) => void told.push(message) }
  const other = sealedStore(inner, () => new Seals([aesCbcSeal(key('other'))]), log)
  const why = `unable to transform key "${path}": no provider of its resource has the key that it was encrypted with (aescbc:v1:k)`
  await assert.rejects(other.get(path), { code: 'unavailable', message: why })
  assert.match(text((await other.list('/registry/')).items[0]?.value as Uint8Array), /^k8s:enc:/)
  assert.deepEqual(told, [why])
})

test('a wrong key of the same name is noticed', async () => {
  const { inner, store } = stores(aesGcmSeal(key('k')))
  await store.create(path, bytes('hidden'))
  const other = sealedStore(inner, () => new Seals([aesGcmSeal(key('k', 2))]), silent)
  await assert.rejects(other.get(path), /it was changed, or encrypted with another key of the same name$/)
})

testStore('sealed', async (t) => {
  const clock = new VirtualClock()
  const all = new Seals([aesGcmSeal(key('k'))])
  const store = sealedStore(openMemoryStore({ clock }), () => all, silent)
  t.after(() => store.close())
  return { store, pass: (ms) => clock.advance(ms) }
})
