import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import type { KubeObject } from '#schema/object'
import { TestApi } from '#testkit/api-server'
import type { Budget } from './disruption-budget.ts'

const pods = '/api/v1/namespaces/default/pods'
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
const merge = { headers: { 'content-type': 'application/merge-patch+json' } }
const violates = "Cannot evict pod as it would violate the pod's disruption budget."

interface Case {
  readonly phase?: string
  readonly ready?: boolean
  readonly budget?: Budget['status']
  readonly policy?: string
  readonly selector?: object
}

/** A pod that runs on a node, and the budget that it counts in. */
async function started({ phase = 'Running', ready = true, budget, policy, selector }: Case) {
  const api = await TestApi.start()
  const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] }
  await api.ok('POST', pods, { metadata: { name: 'p', labels: { app: 'web' } }, spec })
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
  await api.ok('PATCH', `${pods}/p/status`, { status: { phase, conditions } }, merge)
  if (budget) {
    const wanted = { minAvailable: 1, selector: selector ?? { matchLabels: { app: 'web' } } }
    const more = policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }
    await api.ok('POST', budgets, { metadata: { name: 'b' }, spec: { ...wanted, ...more } })
    const status = { observedGeneration: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, ...budget }
    await api.ok('PATCH', `${budgets}/b/status`, { status }, merge)
  }
  return api
}

const evict = (api: TestApi, more: object = {}, query = '') =>
  api.call('POST', `${pods}/p/eviction${query}`, { metadata: { name: 'p' }, ...more })
const isGoing = async (api: TestApi) => {
  const { status, json } = await api.call('GET', `${pods}/p`)
  return status === 404 || (json as KubeObject).metadata.deletionTimestamp !== undefined
}

test('an eviction takes one disruption from the budget and notes the pod', async () => {
  const api = await started({ budget: { disruptionsAllowed: 2 } })
  assert.equal((await evict(api, {}, '?dryRun=All')).status, 201)
  assert.equal(await isGoing(api), false)
  assert.equal((await evict(api)).status, 201)
  assert.equal(await isGoing(api), true)
  const { status } = await api.ok<Budget>('GET', `${budgets}/b`)
  assert.equal(status?.disruptionsAllowed, 1)
  assert.deepEqual(status?.disruptedPods, { p: '2026-01-02T03:04:05Z' })
  assert.equal(status?.conditions, undefined)
})

test('the last disruption is told by a condition', async () => {
  const api = await started({ budget: { disruptionsAllowed: 1 } })
  assert.equal((await evict(api)).status, 201)
  const { status } = await api.ok<Budget>('GET', `${budgets}/b`)
  assert.equal(status?.disruptionsAllowed, 0)
  assert.deepEqual(status?.conditions, [
    {
      type: 'DisruptionAllowed',
      status: 'False',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-02T03:04:05Z',
      reason: 'InsufficientPods',
      message: '',
    },
  ])
})

const free: readonly (readonly [what: string, of: Case])[] = [
  ['there is no budget', {}],
  ['the budget selects other pods', { budget: {}, selector: { matchLabels: { app: 'db' } } }],
  ['the budget selects by nothing', { budget: {}, selector: {} }],
  ['the pod has ended', { budget: {}, phase: 'Failed' }],
  ['the pod has not begun', { budget: {}, phase: 'Pending' }],
  ['the pod is not ready and enough others are', { budget: {}, ready: false }],
  [
    'the pod is not ready and such may always go',
    { budget: { currentHealthy: 0 }, ready: false, policy: 'AlwaysAllow' },
  ],
]
for (const [what, of] of free) {
  test(`an eviction takes nothing from a budget when ${what}`, async () => {
    const api = await started(of)
    const answer = await evict(api)
    assert.equal(answer.status, 201, answer.text)
    assert.equal(await isGoing(api), true)
    if (of.budget) {
      const { status } = await api.ok<Budget>('GET', `${budgets}/b`)
      assert.equal(status?.disruptedPods, undefined)
    }
  })
}

const condition = (reason: string) => ({
  type: 'DisruptionAllowed',
  status: 'False',
  reason,
  message: 'why',
  lastTransitionTime: '2026-01-02T03:04:05Z',
})
const refused: readonly (readonly [what: string, of: Case, code: number, message: string, cause?: string])[] =
  [
    [
      'too few pods are healthy',
      { budget: { currentHealthy: 2 } },
      429,
      violates,
      'The disruption budget b needs 2 healthy pods and has 2 currently',
    ],
    [
      'nothing is allowed',
      { budget: {} },
      429,
      violates,
      'The disruption budget b does not allow evicting pods currently',
    ],
    [
      'nothing is allowed for a reason',
      { budget: { conditions: [condition('Other')] } },
      429,
      violates,
      'The disruption budget b does not allow evicting pods currently (Other): why',
    ],
    [
      'the controller failed',
      { budget: { conditions: [condition('SyncFailed')] } },
      429,
      violates,
      'The disruption budget b does not allow evicting pods currently because it failed sync: why',
    ],
    [
      'the controller has not seen the budget',
      { budget: { observedGeneration: 0, disruptionsAllowed: 1 } },
      429,
      violates,
      'The disruption budget b is still being processed by the server.',
    ],
    [
      'the pod is not ready and too few others are',
      { budget: { currentHealthy: 1 }, ready: false },
      429,
      violates,
      'The disruption budget b needs 2 healthy pods and has 1 currently',
    ],
  ]
for (const [what, of, code, message, cause] of refused) {
  test(`an eviction is refused when ${what}`, async () => {
    const api = await started(of)
    const { status, json, headers } = await evict(api)
    const { message: told, details } = json as Status
    assert.deepEqual([status, told], [code, message])
    assert.deepEqual(details?.causes, [{ reason: 'DisruptionBudget', message: cause }])
    const isLater = cause?.includes('processed') === true
    assert.deepEqual(
      [details?.retryAfterSeconds, headers['retry-after']],
      isLater ? [10, '10'] : [undefined, undefined],
    )
    assert.equal(await isGoing(api), false)
  })
}

test('a pod of two budgets cannot be evicted', async () => {
  const api = await started({ budget: { disruptionsAllowed: 1 } })
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'web' } } }
  await api.ok('POST', budgets, { metadata: { name: 'c' }, spec })
  const { status, json } = await evict(api)
  assert.equal(status, 500)
  assert.equal(
    (json as Status).message,
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  )
})

test('an eviction is for the pod of the path, and for the state that it names', async () => {
  const api = await started({})
  const other = await api.call('POST', `${pods}/p/eviction`, { metadata: { name: 'q' } })
  assert.deepEqual(
    [other.status, (other.json as Status).message],
    [400, 'name in URL does not match name in Eviction object'],
  )
  const old = await evict(api, { deleteOptions: { preconditions: { resourceVersion: '1' } } })
  assert.equal(old.status, 409)
  assert.equal((await api.call('POST', `${pods}/q/eviction`, { metadata: { name: 'q' } })).status, 404)
})
