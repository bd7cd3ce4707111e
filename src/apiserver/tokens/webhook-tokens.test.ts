import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '#base/log'
import { TestApi } from '#testkit/api-server'
import { seededRandom } from '#testkit/seeded-random'
import { VirtualClock } from '#testkit/virtual-clock'
import { webhookTokens } from './webhook-tokens.ts'

const ann = { username: 'ann', uid: 'u1', groups: ['dev'], extra: { 'a.b/c': ['d'] } }

/** A webhook that answers with these in turn, the last for good. */
function start(...answers: object[]) {
  const clock = new VirtualClock()
  const asked: { apiVersion: string; spec: object }[] = []
  const review = webhookTokens({
    post: async (body) => {
      asked.push(JSON.parse(body) as (typeof asked)[0])
      const answer = answers[Math.min(asked.length, answers.length) - 1]
      return { status: 201, text: JSON.stringify({ status: answer }), ...answer }
    },
    version: 'v1',
    keptMs: 120_000,
    clock,
    random: seededRandom(1),
    log: silent,
  })
  return { clock, asked, review }
}

test('another server says whose a token is, once in a while', async () => {
  const { clock, asked, review } = start({ authenticated: true, user: ann })
  const identity = {
    user: { name: 'ann', uid: 'u1', groups: ['dev'], extra: { 'a.b/c': ['d'] } },
    audiences: ['api'],
  }
  assert.deepEqual(await review('t', ['api']), identity)
  assert.deepEqual(asked[0], {
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {},
    spec: { token: 't', audiences: ['api'] },
    status: { user: {} },
  })
  await clock.advance(119_000)
  await review('t', ['api'])
  assert.equal(asked.length, 1)
  await review('t', ['other'])
  await review('u', ['api'])
  assert.equal(asked.length, 3)
  await clock.advance(2_000)
  await review('t', ['api'])
  assert.equal(asked.length, 4)
})

test('a token for somebody else, a wrong one, and no answer', async () => {
  const told = { authenticated: true, user: ann, audiences: ['x', 'api'] }
  assert.deepEqual((await start(told).review('t', ['api', 'y']))?.audiences, ['api'])
  assert.equal(await start(told).review('t', ['y']), undefined)
  assert.equal(await start({ authenticated: false, user: ann }).review('t', []), undefined)
  assert.equal(await start({ authenticated: true, user: {} }).review('t', []), undefined)
  const faulty = start({ status: 403 }, { authenticated: true, user: ann })
  assert.equal(await faulty.review('t', []), undefined)
  assert.equal((await faulty.review('t', []))?.user.name, 'ann', 'a fault is not kept')
})

test('requests and token reviews know such tokens', async () => {
  const { review } = start({ authenticated: true, user: ann })
  const api = await TestApi.start({ tokenReviewer: review })
  const bearer = { secure: true, headers: { authorization: 'Bearer t' } }
  const self = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const { status } = await api.ok<{ metadata: object; status: object }>('POST', self, {}, bearer)
  const user = { ...ann, groups: ['dev', 'system:authenticated'] }
  assert.deepEqual(status, { userInfo: user })
  const reviews = '/apis/authentication.k8s.io/v1/tokenreviews'
  const seen = await api.ok<{ metadata: object; status: object }>('POST', reviews, { spec: { token: 't' } })
  assert.deepEqual(seen.status, { authenticated: true, user, audiences: ['https://test'] })
  const other = await TestApi.start({ tokenReviewer: start({ authenticated: false }).review })
  assert.equal((await other.call('POST', self, {}, bearer)).status, 401)
})
