import { age } from '#base/human-duration'
import type { Cell } from '../define.ts'
import type { Event } from '../gen/core-v1.ts'

function firstSeen({ firstTimestamp, eventTime }: Event, now: number): string {
  return age(firstTimestamp ?? eventTime, now)
}

function lastSeen(event: Event, now: number): string {
  const { series, lastTimestamp } = event
  if (series) return age(series.lastObservedTime, now)
  return lastTimestamp ? age(lastTimestamp, now) : firstSeen(event, now)
}

function target({ involvedObject }: Event): string {
  const { kind = '', name = '' } = involvedObject
  return kind.toLowerCase() + (name === '' ? '' : `/${name}`)
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || ''
  const host = source?.host || reportingInstance || ''
  return host === '' ? component : `${component}, ${host}`
}

/** The columns of an event's table, from its core form. */
export const eventCells: Readonly<Record<string, Cell<Event>>> = {
  'Last Seen': lastSeen,
  Type: ({ type }) => type ?? '',
  Reason: ({ reason }) => reason ?? '',
  Object: target,
  Subobject: ({ involvedObject }) => involvedObject.fieldPath ?? '',
  Source: sourceText,
  Message: ({ message = '' }) => message.trim(),
  'First Seen': firstSeen,
  Count: ({ series, count }) => (series ? (series.count ?? 0) : count || 1),
  Name: ({ metadata }) => metadata.name ?? '',
}
