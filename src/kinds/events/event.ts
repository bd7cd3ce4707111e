import type { KubeObject } from '#schema/object'
import { eventCells } from '../core/event-cells.ts'
import { eventErrors, strictEventChangeErrors, strictEventErrors } from '../core/event-errors.ts'
import { eventSource } from '../core/event-source.ts'
import { type Cell, type Conversion, defineKind, type Rules } from '../define.ts'
import type { Event as StoredEvent } from '../gen/core-v1.ts'
import type { Event as EventView } from '../gen/events-v1.ts'
import { resources } from '../gen/resources.ts'
import { typeNamed } from '../types.ts'

/** Names of the same field in this view and in the stored form, where they differ. */
const names = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['reportingController', 'reportingComponent'],
] as const

function renamed(object: object, names: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]))
}

const storedNames = new Map<string, string>(names)
const viewNames = new Map<string, string>(names.map(([view, stored]) => [stored, view]))

/** Stored events have the form of core/v1. */
const convert: Conversion = {
  storedType: () => typeNamed(resources['v1/events'].typeName),
  toStored: (object) =>
    ({
      involvedObject: {},
      ...renamed(object, storedNames),
      kind: 'Event',
      apiVersion: 'v1',
    }) as unknown as KubeObject,
  fromStored: (stored) =>
    ({
      ...renamed(stored, viewNames),
      kind: 'Event',
      apiVersion: 'events.k8s.io/v1',
    }) as unknown as KubeObject,
}

const toStored = (view: EventView) => convert.toStored(view as KubeObject) as unknown as StoredEvent

const cells: Record<string, Cell<EventView>> = {}
for (const [name, cell] of Object.entries(eventCells)) {
  cells[name] = (view, now) => cell(toStored(view), now)
}

const isNew = ({ metadata }: EventView) => (metadata.resourceVersion ?? '') === ''

const rules: Rules<EventView> = {
  *validate(view) {
    const stored = toStored(view)
    yield* eventErrors(stored)
    if (isNew(view)) yield* strictEventErrors(stored)
  },
  validateUpdate: (next, old) => strictEventChangeErrors(toStored(next), toStored(old)),
}

/** Event of events.k8s.io: the same objects as core/v1 events, seen with other names and checked more strictly. */
export const eventView = defineKind<EventView>(resources['events.k8s.io/v1/events'], {
  cells,
  rules,
  convert,
  sourceOf: (view) => eventSource(toStored(view)),
  ttlSeconds: 3600,
})
