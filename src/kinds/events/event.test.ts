import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFaults, refuses, stored, write } from '#testkit/kind-check'
import { toJson } from '#schema/encode'
import type { KubeObject } from '#schema/object'
import { event } from '../core/event.ts'
import type { Event as CoreEvent } from '../gen/core-v1.ts'
import type { Event } from '../gen/events-v1.ts'
import { eventView } from './event.ts'

const metadata = () => ({ name: 'a', namespace: 'default' })
const about = { kind: 'Pod', namespace: 'default', name: 'web' }
const old = (): CoreEvent => ({
  metadata: metadata(),
  involvedObject: { ...about },
  reason: 'Started',
  type: 'Normal',
})
const eventTime = '2026-01-01T00:00:00.000000Z'
const fresh = (): Event => ({
  metadata: metadata(),
  eventTime,
  reportingController: 'example.com/kubelet',
  reportingInstance: 'n1',
  action: 'Starting',
  reason: 'Started',
  regarding: { ...about },
  type: 'Normal',
})

test('an event of an old client is about its own namespace', () => {
  const wrong = (namespace: string) =>
    `involvedObject.namespace: Invalid value: "${namespace}": does not match event.namespace`
  refuses(event, old, [
    [(object) => (object.involvedObject.namespace = 'other'), wrong('other')],
    [
      (object) => {
        object.metadata.namespace = 'other'
        delete object.involvedObject.namespace
      },
      wrong(''),
    ],
    [(object) => (object.metadata.name = 'a/b'), `metadata.name: Invalid value: "a/b": may not contain '/'`],
    [
      (object) => (object.eventTime = eventTime),
      'reportingController: Required value',
      /^reportingController: Invalid value: "": name part must be non-empty$/,
      /^reportingController: Invalid value: "": name part must consist/,
      'reportingInstance: Required value',
      'action: Required value',
    ],
  ])
  const strange = { ...old(), metadata: { name: 'a', namespace: 'A' }, involvedObject: { namespace: 'A' } }
  assert.match(
    createFaults(event, strange).join(),
    /(?:^|,)namespace: Invalid value: "A": a lowercase RFC 1123 subdomain/,
  )
  const cluster = old()
  delete cluster.involvedObject.namespace
  assert.deepEqual(write(event, stored(event, cluster), () => {}).faults, [])
})

test('an event of a new client is complete', () => {
  refuses(eventView, fresh, [
    [(object) => (object.eventTime = null), 'eventTime: Required value'],
    [
      (object) => {
        object.metadata.namespace = 'other'
        delete object.regarding?.namespace
      },
      'involvedObject.namespace: Invalid value: "": does not match event.namespace',
    ],
    [(object) => (object.type = 'Odd'), 'type: Invalid value: "": has invalid value: Odd'],
    [(object) => (object.deprecatedCount = 1), 'count: Invalid value: "": needs to be unset'],
    [
      (object) => (object.deprecatedFirstTimestamp = '2026-01-01T00:00:00Z'),
      /^firstTimestamp: .*needs to be unset$/,
    ],
    [
      (object) => (object.deprecatedLastTimestamp = '2026-01-01T00:00:00Z'),
      /^lastTimestamp: .*needs to be unset$/,
    ],
    [(object) => (object.deprecatedSource = { component: 'a' }), /^source: .*needs to be unset$/],
    [
      (object) => (object.series = { count: 1, lastObservedTime: null }),
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
    ],
    [
      (object) => (object.note = 'x'.repeat(1025)),
      'message: Invalid value: "": can have at most 1024 characters',
    ],
    [
      (object) => (object.reportingInstance = 'x'.repeat(129)),
      /^reportingInstance: .*at most 128 characters$/,
    ],
    [(object) => (object.action = 'x'.repeat(129)), /^action: .*at most 128 characters$/],
    [(object) => (object.reason = 'x'.repeat(129)), /^reason: .*at most 128 characters$/],
    [(object) => (object.reportingController = 'a b'), /^reportingController: Invalid value: "a b"/],
    [(object) => (object.metadata.name = 'A'), /^metadata\.name: Invalid value: "A": a lowercase/],
  ])
})

test('an event of a new client goes on only by its series', () => {
  const before = stored<Event>(eventView, fresh())
  const faults = (change: (next: Event) => unknown) => write(eventView, before, change).faults
  assert.deepEqual(
    faults((next) => (next.series = { count: 2, lastObservedTime: eventTime })),
    [],
  )
  assert.deepEqual(
    faults((next) => (next.note = 'x')),
    ['message: Invalid value: "x": field is immutable'],
  )
  assert.deepEqual(
    faults((next) => (next.reason = 'x')),
    ['reason: Invalid value: "x": field is immutable'],
  )
  assert.match(
    faults((next) => (next.regarding = {})).join(),
    /involvedObject: Invalid value: \{\}: field is immutable/,
  )
  assert.deepEqual(write(event, stored<CoreEvent>(event, old()), (next) => (next.message = 'x')).faults, [])
})

test('both views show the same object', () => {
  const stand = eventView.convert?.toStored(fresh() as KubeObject) as unknown as CoreEvent
  assert.equal(stand.apiVersion, 'v1')
  assert.deepEqual(stand.involvedObject, about)
  assert.equal(stand.reportingComponent, 'example.com/kubelet')
  assert.equal(eventView.convert?.storedType().name, 'io.k8s.api.core.v1.Event')
  for (const object of [stand, old()]) {
    const viewed = eventView.convert?.fromStored(object as KubeObject) as KubeObject
    assert.equal(viewed.apiVersion, 'events.k8s.io/v1')
    const back = eventView.convert?.toStored(viewed) as KubeObject
    const first = { ...object, kind: 'Event', apiVersion: 'v1' }
    assert.equal(toJson(event.type, back), toJson(event.type, first))
  }
})

test('a row tells what happened, in both views', () => {
  const now = Date.parse('2026-01-01T01:00:00Z')
  const object: CoreEvent = {
    ...old(),
    message: ' Started ',
    source: { component: 'kubelet', host: 'n1' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:55:00Z',
  }
  const cells = (kind: typeof event, one: KubeObject) =>
    kind.columns.map(({ name }) => kind.cells[name]?.(one, now))
  const expected = ['5m', 'Normal', 'Started', 'pod/web', '', 'kubelet, n1', 'Started', '60m', 1, 'a']
  assert.deepEqual(cells(event, object as KubeObject), expected)
  const viewed = eventView.convert?.fromStored(object as KubeObject) as KubeObject
  assert.deepEqual(cells(eventView, viewed), expected)
  const series = { ...fresh(), series: { count: 7, lastObservedTime: '2026-01-01T00:59:00.000000Z' } }
  assert.deepEqual(cells(eventView, series as KubeObject).slice(0, 6), [
    '60s',
    'Normal',
    'Started',
    'pod/web',
    '',
    'example.com/kubelet, n1',
  ])
  assert.equal(cells(eventView, series as KubeObject)[8], 7)
  assert.equal(event.selectable.source?.(object as KubeObject), 'kubelet')
  assert.equal(event.ttlSeconds, 3600)
})
