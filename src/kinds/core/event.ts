import { defineKind, type KindDeclaration } from '../define.ts'
import type { Event as EventObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { eventCells } from './event-cells.ts'
import { eventSource } from './event-source.ts'
import { eventErrors } from './event-errors.ts'

const declaration: KindDeclaration<EventObject> = {
  cells: eventCells,
  selectable: {
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
  },
  rules: { validate: eventErrors },
  sourceOf: eventSource,
  ttlSeconds: 3600,
}

/** Event: something that happened to another object, kept for an hour. Its name may be anything that fits a path. */
export const event = defineKind<EventObject>({ ...resources['v1/events'], name: 'pathSegment' }, declaration)
