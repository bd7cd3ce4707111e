import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { pageName, podAmounts } from './amounts.ts'

const pod = (spec: object) =>
  ({ metadata: { uid: 'u' }, spec: { containers: [], ...spec } }) as unknown as Pod
const container = (requests: object, limits: object = {}) => ({ name: 'a', resources: { requests, limits } })
const amounts = (spec: object, pids = 0) => {
  const { hugePages, ...rest } = podAmounts(pod(spec), pids)
  return { ...rest, ...(hugePages?.size && { hugePages: [...hugePages] }) }
}

test('a pod that asks for nothing has the least share and no limit but that of processes', () => {
  assert.deepEqual(amounts({ containers: [container({})] }, 50), { cpuShares: 2, pids: 50 })
})

test('a pod has a limit only where each of its containers has one', () => {
  const all = [container({ cpu: '100m' }, { cpu: '500m', memory: '64Mi' }), container({}, { cpu: '1' })]
  assert.deepEqual(amounts({ containers: all }), { cpuShares: 102, cpuQuotaUs: 150_000, memoryBytes: -1 })
  const init = [container({})]
  const limited = container({}, { memory: '64Mi' })
  assert.equal(amounts({ containers: [limited] }).memoryBytes, 2 ** 26)
  assert.equal(amounts({ containers: [limited], initContainers: init }).memoryBytes, -1)
})

test('what the pod itself says goes before its containers, and its overhead is added', () => {
  const resources = { requests: { cpu: '2', memory: '1Gi' }, limits: { memory: '1Gi' } }
  const overhead = { cpu: '250m', memory: '16Mi' }
  assert.deepEqual(amounts({ containers: [container({ cpu: '1' })], resources, overhead }), {
    cpuShares: 2304,
    cpuQuotaUs: -1,
    memoryBytes: 2 ** 30 + 2 ** 24,
  })
})

test('huge pages are named as the kernel names them', () => {
  const limits = { 'hugepages-2Mi': '4Mi', cpu: '1', memory: '1Gi' }
  assert.deepEqual(amounts({ containers: [container(limits, limits)] }).hugePages, [['2MB', 2 ** 22]])
  assert.deepEqual(['1Gi', '2Mi', '64Ki'].map(pageName), ['1GB', '2MB', '64KB'])
})
