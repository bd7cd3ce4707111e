// Decisions of another server: what it is asked, how long its answers count, and what counts without any.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '#testkit/seeded-random'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import type { Access, Verdict } from '../contract.ts'
import { type WebhookOptions, webhookAuthorizer } from './webhook-authorizer.ts'
import type { Posted } from '../../webhook-call/with-retries.ts'

const access: Access = {
  user: { name: 'jane', uid: 'u1', groups: ['dev'], extra: { scopes: ['a'] } },
  verb: 'list',
  isResource: true,
  group: 'apps',
  version: 'v1',
  namespace: 'default',
  resource: 'deployments',
  subresource: '',
  name: '',
  path: '/apis/apps/v1/namespaces/default/deployments',
  fields: [{ field: 'metadata.name', operator: '=', value: 'x' }],
  labels: [{ key: 'app', operator: 'in', values: ['a', 'b'] }],
}

const answer = (status: object): Posted => ({ status: 200, text: JSON.stringify({ status }) })

function start(answers: (Posted | object)[], more: Partial<WebhookOptions> = {}) {
  const clock = new VirtualClock()
  const asked: { apiVersion: string; spec: Record<string, unknown> }[] = []
  const authorizer = webhookAuthorizer({
    post: async (body) => {
      asked.push(JSON.parse(body) as (typeof asked)[0])
      const next = answers[Math.min(asked.length, answers.length) - 1] as Posted
      return 'text' in next ? next : answer(next)
    },
    version: 'v1',
    authorizedMs: 300_000,
    unauthorizedMs: 30_000,
    onFailure: 'NoOpinion',
    clock,
    random: seededRandom(1),
    ...more,
  })
  const decide = async (what: Partial<Access> = {}): Promise<Verdict> => {
    let verdict: Verdict | undefined
    const asking = Promise.resolve(authorizer.authorize({ ...access, ...what })).then((one) => {
      verdict = one
    })
    for (let i = 0; verdict === undefined && i < 20; i++) {
      await settled()
      await clock.advance(1_000)
    }
    await asking
    return verdict as unknown as Verdict
  }
  return { clock, asked, decide, authorizer }
}

test('the question has all that is known', async () => {
  const { asked, decide } = start([{ allowed: true, reason: 'why not' }])
  assert.deepEqual(await decide(), { decision: 'allow', reason: 'why not' })
  assert.deepEqual(asked[0]?.spec, {
    resourceAttributes: {
      namespace: 'default',
      verb: 'list',
      group: 'apps',
      version: 'v1',
      resource: 'deployments',
      fieldSelector: { requirements: [{ key: 'metadata.name', operator: 'In', values: ['x'] }] },
      labelSelector: { requirements: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] },
    },
    user: 'jane',
    groups: ['dev'],
    extra: { scopes: ['a'] },
    uid: 'u1',
  })
  await decide({ isResource: false, path: '/metrics', verb: 'get' })
  assert.deepEqual(asked[1]?.spec['nonResourceAttributes'], { path: '/metrics', verb: 'get' })
})

test('the older version calls the groups group', async () => {
  const { asked, decide } = start([{ allowed: false }], { version: 'v1beta1' })
  assert.deepEqual(await decide(), { decision: 'none', reason: '' })
  assert.equal(asked[0]?.apiVersion, 'authorization.k8s.io/v1beta1')
  assert.deepEqual([asked[0]?.spec['group'], asked[0]?.spec['groups']], [['dev'], undefined])
})

test('denied ends it, and both at once is an error', async () => {
  assert.deepEqual(await start([{ denied: true, reason: 'no' }]).decide(), { decision: 'deny', reason: 'no' })
  const both = await start([{ denied: true, allowed: true }]).decide()
  assert.equal(both.decision, 'deny')
  assert.equal(both.error?.message, 'webhook subject access review returned both allow and deny response')
})

test('answers are kept: what was allowed for longer than what was not', async () => {
  const { asked, decide, clock } = start([{ allowed: true }])
  await decide()
  await clock.advance(250_000)
  await decide()
  assert.equal(asked.length, 1)
  await clock.advance(60_000)
  await decide()
  assert.equal(asked.length, 2)
  const other = start([{ allowed: false }])
  await other.decide()
  await other.clock.advance(31_000)
  await other.decide()
  assert.equal(other.asked.length, 2)
  await other.decide({ user: { name: 'bob', groups: [] } })
  assert.equal(other.asked.length, 3)
})

test('large questions are not kept', async () => {
  const { asked, decide } = start([{ allowed: true }])
  const name = 'x'.repeat(10_000)
  await decide({ name })
  await decide({ name })
  assert.equal(asked.length, 2)
})

test('what passes is asked again five times, what does not is not', async () => {
  const passing: Posted = { status: 500, text: 'busy' }
  const again = start([passing, passing, { allowed: true }])
  assert.equal((await again.decide()).decision, 'allow')
  assert.equal(again.asked.length, 3)
  const never = start([passing])
  const verdict = await never.decide()
  assert.deepEqual([verdict.decision, verdict.error?.message], ['none', 'webhook answered 500: busy'])
  assert.equal(never.asked.length, 5)
  const wrong = start([{ status: 404, text: 'not here' }], { onFailure: 'Deny' })
  assert.deepEqual((await wrong.decide()).decision, 'deny')
  assert.equal(wrong.asked.length, 1)
  const fault = { message: 'connection refused', isPassing: false }
  const away = start([{ status: undefined, text: '', fault }])
  assert.equal((await away.decide()).error?.message, 'connection refused')
})

test('it tells no rules', () => {
  const { incomplete, errors } = start([{}]).authorizer.rulesFor(access.user, 'default')
  assert.deepEqual([incomplete, errors], [true, ['webhook authorizer does not support user rule resolution']])
})
