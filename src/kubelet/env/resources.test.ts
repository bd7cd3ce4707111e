import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod } from '#kinds/gen/core-v1'
import { linuxResources, oomScoreAdjust } from './resources.ts'

const capacity = { cpuMilli: 2000, memoryBytes: 1000 * 2 ** 20 }
const asking = (memory: string, more: object = {}): Container => ({
  name: 'a',
  resources: { requests: { memory } },
  ...more,
})
const pod = (containers: readonly Container[], more: object = {}) =>
  ({ metadata: {}, spec: { containers, ...more } }) as unknown as Pod
const score = (container: Container, more: object = {}) =>
  oomScoreAdjust(pod([container], more), container, capacity)

test('the more memory a container asks for, the later it is killed', () => {
  assert.equal(score({ name: 'a' }), 1000)
  assert.equal(score(asking('100Mi')), 900)
  assert.equal(score(asking('1')), 999)
  assert.equal(score(asking('999Mi')), 3)
  const whole = { requests: { cpu: '1', memory: '1Mi' }, limits: { cpu: '1', memory: '1Mi' } }
  assert.equal(score({ name: 'a', resources: whole }), -997)
})

test('only what a node cannot do without is kept whatever it asks for', () => {
  assert.equal(
    score({ name: 'a' }, { priority: 2_000_000_000, priorityClassName: 'system-cluster-critical' }),
    1000,
  )
  assert.equal(
    score({ name: 'a' }, { priority: 2_000_001_000, priorityClassName: 'system-node-critical' }),
    -997,
  )
})

test('a sidecar is killed no sooner than what it serves', () => {
  const sidecar = asking('10Mi', { restartPolicy: 'Always' })
  const both = pod([asking('200Mi')], { initContainers: [sidecar] })
  assert.equal(oomScoreAdjust(both, sidecar, capacity), 800)
})

test('what a pod asks for beyond its containers is shared out among them', () => {
  const containers = [asking('100Mi'), asking('100Mi')]
  const whole = pod(containers, { resources: { requests: { memory: '400Mi' } } })
  assert.equal(oomScoreAdjust(whole, containers[0] as Container, capacity), 800)
})

test('a container is held to its limits and never swaps', () => {
  const container = {
    name: 'a',
    resources: { requests: { cpu: '250m' }, limits: { cpu: '500m', memory: '64Mi', 'hugepages-2Mi': '4Mi' } },
  }
  const of = (cgroupVersion: 1 | 2, countsSwap: boolean) =>
    linuxResources(pod([container]), container, capacity, { cgroupVersion, countsSwap })
  const { unified: _, ...both } = of(2, false) as Record<string, unknown>
  assert.deepEqual(both, {
    cpuShares: 256n,
    cpuPeriod: 100_000n,
    cpuQuota: 50_000n,
    memoryLimitInBytes: 2n ** 26n,
    oomScoreAdj: 936n,
    hugepageLimits: [{ pageSize: '2MB', limit: 2n ** 22n }],
  })
  assert.equal((of(1, true) as { memorySwapLimitInBytes?: bigint }).memorySwapLimitInBytes, 2n ** 26n)
  assert.equal('memorySwapLimitInBytes' in of(1, false), false)
  const unified = (countsSwap: boolean) => (of(2, countsSwap) as { unified?: object }).unified
  assert.deepEqual(unified(true), { 'memory.oom.group': '1', 'memory.swap.max': '0' })
  assert.deepEqual(unified(false), { 'memory.oom.group': '1' })
})
