import { type FieldError, invalid, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { byteLength, qualifiedNameFaults, subdomainFaults } from '#schema/name-rules'
import type { Event } from '../gen/core-v1.ts'

const noMatch = 'does not match event.namespace'

function* limited(path: string, text: string, bytesMax: number, isRequired: boolean): Iterable<FieldError> {
  if (isRequired && text === '') yield required(path)
  if (byteLength(text) > bytesMax) yield invalid(path, '', `can have at most ${bytesMax} characters`)
}

/** Events of old clients say when they happened first and last; what they are about is in their own namespace. */
function* oldEventErrors({ metadata, involvedObject }: Event): Iterable<FieldError> {
  const { namespace = '' } = metadata
  const about = involvedObject.namespace ?? ''
  const agrees = about === '' ? namespace === '' || namespace === 'default' : about === namespace
  if (!agrees) yield invalid('involvedObject.namespace', about, noMatch)
}

/** Events of new clients have one moment, and say who reports what was done. */
function* newEventErrors(event: Event): Iterable<FieldError> {
  const { metadata, involvedObject, reportingComponent = '', reportingInstance = '' } = event
  const about = involvedObject.namespace ?? ''
  if (about === '' && metadata.namespace !== 'default' && metadata.namespace !== 'kube-system') {
    yield invalid('involvedObject.namespace', about, noMatch)
  }
  if (reportingComponent === '') yield required('reportingController')
  for (const fault of qualifiedNameFaults(reportingComponent)) {
    yield invalid('reportingController', reportingComponent, fault)
  }
  yield* limited('reportingInstance', reportingInstance, 128, true)
  yield* limited('action', event.action ?? '', 128, true)
  yield* limited('reason', event.reason ?? '', 128, true)
  yield* limited('message', event.message ?? '', 1024, false)
}

/** Everything wrong with an event, by the rules that hold for all clients. */
export function* eventErrors(event: Event): Iterable<FieldError> {
  yield* event.eventTime === undefined || event.eventTime === null
    ? oldEventErrors(event)
    : newEventErrors(event)
  const { namespace = '' } = event.metadata
  for (const fault of subdomainFaults(namespace)) yield invalid('namespace', namespace, fault)
}

function* seriesErrors({ series }: Event): Iterable<FieldError> {
  if (!series) return
  if ((series.count ?? 0) < 2) yield invalid('series.count', '', 'should be at least 2')
  if (!series.lastObservedTime) yield required('series.lastObservedTime')
}

/** What is also wrong with a new event that comes as events.k8s.io/v1. */
export function* strictEventErrors(event: Event): Iterable<FieldError> {
  yield* seriesErrors(event)
  if (!event.eventTime) yield required('eventTime')
  const { type = '' } = event
  if (type !== 'Normal' && type !== 'Warning') yield invalid('type', '', `has invalid value: ${type}`)
  const unset = 'needs to be unset'
  if (event.firstTimestamp) yield invalid('firstTimestamp', '', unset)
  if (event.lastTimestamp) yield invalid('lastTimestamp', '', unset)
  if (event.count) yield invalid('count', '', unset)
  if (event.source?.component || event.source?.host) yield invalid('source', '', unset)
}

const immutable = [
  ['involvedObject', 'involvedObject'],
  ['reason', 'reason'],
  ['message', 'message'],
  ['source', 'source'],
  ['firstTimestamp', 'firstTimestamp'],
  ['lastTimestamp', 'lastTimestamp'],
  ['count', 'count'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingComponent', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
] as const

const unset: Readonly<Record<string, unknown>> = {
  involvedObject: {},
  source: {},
  count: 0,
  reason: '',
  message: '',
  type: '',
  action: '',
  reportingComponent: '',
  reportingInstance: '',
}

/** Everything wrong with a change that comes as events.k8s.io/v1: only the series may go on. */
export function* strictEventChangeErrors(next: Event, old: Event): Iterable<FieldError> {
  if (!equal(next.series, old.series)) yield* seriesErrors(next)
  for (const [name, path] of immutable) {
    const value = next[name] ?? unset[name] ?? null
    if (!equal(value, old[name] ?? unset[name] ?? null)) yield invalid(path, value, 'field is immutable')
  }
}
