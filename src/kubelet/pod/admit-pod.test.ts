import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, ContainerPort, Pod, PodSpec } from '#kinds/gen/core-v1'
import { rejectionOf } from './admit-pod.ts'

const room = { cpuMilli: 2000, memoryBytes: 1000, pods: 3 }

const asking = (requests: Record<string, string>, more: Partial<Container> = {}): Container => ({
  name: 'c',
  resources: { requests },
  ...more,
})
const pod = (containers: Container[], more: Partial<PodSpec> = {}): Pod => ({
  metadata: { name: 'p' },
  spec: { containers, ...more },
})
const cpu = (amount: string) => pod([asking({ cpu: amount })])
const on = (...ports: ContainerPort[]) => pod([{ name: 'c', ports }])

test('pods that fit are taken', () => {
  assert.equal(rejectionOf(cpu('500m'), [cpu('1'), cpu('500m')], room), undefined)
  assert.equal(rejectionOf(pod([{ name: 'c' }]), [cpu('2')], room), undefined)
  assert.equal(rejectionOf(cpu('100'), [], undefined), undefined)
})

test('a pod that asks for more than is left is rejected with the figures', () => {
  assert.deepEqual(rejectionOf(cpu('1001m'), [cpu('1')], room), {
    reason: 'OutOfcpu',
    message: "Node didn't have enough resource: cpu, requested: 1001, used: 1000, capacity: 2000",
  })
  assert.equal(rejectionOf(pod([asking({ memory: '1Ki' })]), [], room)?.reason, 'OutOfmemory')
  assert.deepEqual(rejectionOf(pod([]), [cpu('0'), cpu('0'), cpu('0')], room), {
    reason: 'OutOfpods',
    message: "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3",
  })
})

test('the beginning of a pod, its sidecars and what it costs itself count', () => {
  const beginning = pod([asking({ cpu: '1' })], { initContainers: [asking({ cpu: '3' })] })
  assert.equal(rejectionOf(beginning, [], room)?.reason, 'OutOfcpu')
  const sidecar = pod([asking({ cpu: '1' })], {
    initContainers: [asking({ cpu: '1001m' }, { restartPolicy: 'Always' })],
  })
  assert.equal(rejectionOf(sidecar, [], room)?.reason, 'OutOfcpu')
  assert.equal(
    rejectionOf(pod([asking({ cpu: '2' })], { overhead: { cpu: '1m' } }), [], room)?.reason,
    'OutOfcpu',
  )
  const whole = pod([asking({ cpu: '1' })], { resources: { requests: { cpu: '3' } } })
  assert.equal(rejectionOf(whole, [], room)?.reason, 'OutOfcpu')
})

test('two pods cannot have one port of the host, unless at different addresses or protocols', () => {
  const port = (hostPort: number, more: Partial<ContainerPort> = {}) =>
    on({ containerPort: 80, hostPort, ...more })
  assert.deepEqual(rejectionOf(port(8080), [port(8080)], undefined), {
    reason: 'NodePorts',
    message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  })
  assert.equal(rejectionOf(port(8080), [port(8081)], undefined), undefined)
  assert.equal(rejectionOf(port(8080, { protocol: 'UDP' }), [port(8080)], undefined), undefined)
  const at = (hostIP: string) => port(8080, { hostIP })
  assert.equal(rejectionOf(at('10.0.0.1'), [at('10.0.0.2')], undefined), undefined)
  assert.equal(rejectionOf(at('10.0.0.1'), [at('0.0.0.0')], undefined)?.reason, 'NodePorts')
})
