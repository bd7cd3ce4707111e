import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod, ResourceRequirements } from '#kinds/gen/core-v1'
import { differs, mustRestart, resourcesOf, withResources } from './pod-resources.ts'

const of = (cpu: string, memory: string, limit = memory): ResourceRequirements => ({
  requests: { cpu, memory },
  limits: { memory: limit },
})
const pod: Pod = {
  metadata: { name: 'p' },
  spec: {
    initContainers: [
      { name: 'first', resources: of('1', '1Gi') },
      { name: 'side', restartPolicy: 'Always', resources: of('2', '2Gi') },
    ],
    containers: [{ name: 'a', resources: of('3', '3Gi') }, { name: 'b' }],
    resources: of('9', '9Gi'),
  },
}

test('resourcesOf() tells of the pod, its sidecars and its containers', () => {
  const containers = { side: of('2', '2Gi'), a: of('3', '3Gi'), b: {} }
  assert.deepEqual(resourcesOf(pod), { pod: of('9', '9Gi'), containers })
})

test('withResources() puts others in their place, and gives the same pod where none differ', () => {
  assert.equal(withResources(pod, resourcesOf(pod)), pod)
  const wanted = { containers: { side: of('5', '5Gi'), a: of('4', '4Gi'), b: {} } }
  const made = withResources(pod, wanted)
  assert.deepEqual(resourcesOf(made), wanted)
  assert.deepEqual(made.spec?.initContainers?.[0], pod.spec?.initContainers?.[0])
  assert.deepEqual(resourcesOf(pod).pod, of('9', '9Gi'), 'the pod itself is left as it is')
})

test('differs() looks at CPU and memory', () => {
  assert.equal(differs(of('1', '1Gi'), of('1', '1Gi')), false)
  assert.equal(differs(of('1', '1Gi'), of('2', '1Gi')), true)
  assert.equal(differs(of('1', '1Gi'), of('1', '1Gi', '2Gi')), true)
  assert.equal(differs({ limits: { 'ephemeral-storage': '1Gi' } }, undefined), false)
})

test('mustRestart() is true for what a policy names: CPU at all, memory by its limit', () => {
  const policies = (...names: string[]) =>
    names.map((resourceName) => ({ resourceName, restartPolicy: 'RestartContainer' }))
  const restarts = (resources: ResourceRequirements, ...names: string[]) =>
    mustRestart({ name: 'a', resources, resizePolicy: policies(...names) }, of('1', '1Gi', '2Gi'))
  assert.equal(restarts(of('2', '1Gi', '2Gi'), 'cpu'), true)
  assert.equal(restarts(of('2', '1Gi', '2Gi'), 'memory'), false)
  assert.equal(restarts(of('1', '1Gi', '3Gi'), 'memory'), true)
  assert.equal(restarts(of('1', '2Gi', '2Gi'), 'memory'), false)
  assert.equal(restarts(of('2', '1Gi', '3Gi')), false)
})
