import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import type { ClientResponse, Transport } from '#client'
import { settled } from '#testkit/virtual-clock'
import { BoundedTransport } from './bounded-transport.ts'

/** A server that answers when the test says so. */
function slow() {
  const asked: string[] = []
  const answers: ((error?: Error) => void)[] = []
  const transport: Transport = {
    request: ({ path }) => {
      asked.push(path)
      return new Promise((resolve, reject) => {
        const answer: ClientResponse = { status: 200, headers: {}, body: (async function* () {})() }
        answers.push((error) => (error ? reject(error) : resolve(answer)))
      })
    },
    upgrade: () => Promise.reject(new Error('nobody upgrades')),
    close() {},
  }
  return { transport, asked, answers }
}

const pod = '/api/v1/namespaces/default/pods/a/status'
const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n'
const node = '/api/v1/nodes/n/status'

test('BoundedTransport sends so many at a time, leases and nodes first', async () => {
  const { transport, asked, answers } = slow()
  const bounded = new BoundedTransport(transport, 2)
  const all = [pod, pod, pod, lease, pod, node].map((path) => bounded.request({ method: 'PUT', path }, never))
  await settled()
  assert.deepEqual(asked, [pod, pod])
  for (let i = 0; i < 4; i++) {
    answers[i]?.()
    await settled()
    assert.equal(asked.length, Math.min(6, 3 + i), 'each answer makes room for one')
  }
  assert.deepEqual(asked, [pod, pod, lease, node, pod, pod])
  answers[4]?.()
  answers[5]?.()
  await Promise.all(all)
})

test('BoundedTransport makes room for another when a request fails', async () => {
  const { transport, asked, answers } = slow()
  const bounded = new BoundedTransport(transport, 1)
  const first = bounded.request({ method: 'GET', path: pod }, never)
  const second = bounded.request({ method: 'GET', path: node }, never)
  await settled()
  answers[0]?.(new Error('broken'))
  await assert.rejects(first, /broken/)
  await settled()
  assert.deepEqual(asked, [pod, node])
  answers[1]?.()
  assert.equal((await second).status, 200)
})
