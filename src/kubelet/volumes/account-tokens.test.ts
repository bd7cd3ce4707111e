import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { VirtualClock } from '#testkit/virtual-clock'
import { AccountTokens, type TokenWish } from './account-tokens.ts'

const pod: Pod = { metadata: { name: 'p', namespace: 'd', uid: 'u' } }
const hourMs = 3_600_000

function tokens(lifeMs: number) {
  const clock = new VirtualClock()
  const wishes: TokenWish[] = []
  const api = { isAway: false }
  const held = new AccountTokens(async (_pod, wish) => {
    if (api.isAway) throw new Error('no answer')
    wishes.push(wish)
    return { token: `t${wishes.length}`, expiresAt: clock.now() + lifeMs }
  }, clock)
  return {
    clock,
    wishes,
    api,
    held,
    get: () => held.get(pod, { path: 'token', audience: 'a', expirationSeconds: 600 }),
  }
}

test('a token is asked for once, with its audience, and anew after 80 % of its life', async () => {
  const { clock, wishes, get } = tokens(hourMs)
  assert.equal(await get(), 't1')
  assert.deepEqual(wishes, [{ audiences: ['a'], expirationSeconds: 600 }])
  await clock.advance(0.8 * hourMs - 1)
  assert.equal(await get(), 't1')
  await clock.advance(1)
  assert.equal(await get(), 't2')
})

test('a token that lives long is asked for anew after a day', async () => {
  const { clock, get } = tokens(365 * 24 * hourMs)
  await get()
  await clock.advance(24 * hourMs - 1)
  assert.equal(await get(), 't1')
  await clock.advance(1)
  assert.equal(await get(), 't2')
})

test('while no new token is to be had the old one serves, until it ends', async () => {
  const { clock, api, get } = tokens(hourMs)
  await get()
  api.isAway = true
  await clock.advance(0.9 * hourMs)
  assert.equal(await get(), 't1')
  await clock.advance(0.1 * hourMs)
  await assert.rejects(get(), /no answer/)
})

test('a pod that went takes its tokens along', async () => {
  const { held, get } = tokens(hourMs)
  await get()
  held.forget('u')
  assert.equal(await get(), 't2')
})
