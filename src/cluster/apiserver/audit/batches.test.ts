// Events that are gathered and handed over later.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from '#apiserver'
import { silent } from '#base/log'
import { VirtualClock } from '#testkit/virtual-clock'
import { Batches } from './batches.ts'
import { jsonLine, legacyLine } from './log-backend.ts'
import type { BatchSettings } from './settings.ts'

const event = (auditID: string) => ({ auditID }) as AuditEvent
const usual: BatchSettings = { bufferMax: 10, sizeMax: 3, waitMs: 1000, perSecond: 0, burst: 0 }

function gathering(settings: Partial<BatchSettings> = {}, deliver?: () => Promise<void>) {
  const clock = new VirtualClock()
  const told: string[] = []
  const batches = new Batches(
    { ...usual, ...settings },
    async (events) => {
      await deliver?.()
      told.push(events.map(({ auditID }) => auditID).join(''))
    },
    clock,
    silent,
  )
  const take = (ids: string) => {
    for (const id of ids) batches.take(event(id))
  }
  return { clock, told, batches, take }
}

test('events wait for others, but not for ever', async () => {
  const { clock, told, take } = gathering()
  take('ab')
  await clock.advance(999)
  assert.deepEqual(told, [])
  await clock.advance(1)
  assert.deepEqual(told, ['ab'])
})

test('a full batch goes at once; what is more waits', async () => {
  const { clock, told, take } = gathering()
  take('abcdefgh')
  await clock.advance(0)
  assert.deepEqual(told, ['abc', 'def'])
  await clock.advance(1000)
  assert.deepEqual(told, ['abc', 'def', 'gh'])
})

test('what does not fit into the buffer is dropped', async () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const { clock, told, take } = gathering({ bufferMax: 4 }, () => gate)
  take('abc')
  await clock.advance(0)
  take('defghi')
  open()
  await clock.advance(0)
  await clock.advance(1000)
  assert.deepEqual(told, ['abc', 'def', 'g'])
})

test('there are no more batches a second than allowed', async () => {
  const { clock, told, take } = gathering({ perSecond: 1, burst: 1 })
  take('abcdef')
  await clock.advance(0)
  assert.deepEqual(told, ['abc'])
  await clock.advance(1000)
  assert.deepEqual(told, ['abc', 'def'])
})

test('a batch that is not taken is lost, the next one is not; the end hands over what waits', async () => {
  let turn = 0
  const fail = async () => {
    if (turn++ === 0) throw new Error('no')
  }
  const { clock, told, batches, take } = gathering({}, fail)
  take('abcd')
  await clock.advance(0)
  take('e')
  await batches.close()
  assert.deepEqual(told, ['de'])
})

test('an event as a line', () => {
  const whole = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'i',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/default/pods',
    verb: 'list',
    user: { username: 'jane "x"', groups: ['a', 'b'] },
    sourceIPs: ['127.0.0.1'],
    userAgent: 'kubectl/1',
    objectRef: { resource: 'pods', namespace: 'default', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-11-24T03:30:00.000000Z',
    stageTimestamp: '2026-11-24T03:30:00.000100Z',
  } as const
  assert.equal(jsonLine(whole), `${JSON.stringify(whole)}\n`)
  assert.equal(
    legacyLine(whole),
    '2026-11-24T03:30:00.000000Z AUDIT: id="i" stage="ResponseComplete" ip="127.0.0.1" method="list" ' +
      'user="jane \\"x\\"" groups="\\"a\\",\\"b\\"" as="<self>" asgroups="<lookup>" user-agent="kubectl/1" ' +
      'namespace="default" uri="/api/v1/namespaces/default/pods" response="200"\n',
  )
})
