import type { Event } from '../gen/core-v1.ts'

/** Who tells of what in an event, as one text; newer events tell it in other fields. */
export function eventSource(event: Event): string {
  const { source, involvedObject, reportingComponent, reportingInstance } = event
  const { kind, namespace, name, uid, apiVersion } = involvedObject ?? {}
  return [
    source?.component || reportingComponent,
    source?.host || reportingInstance,
    kind,
    namespace,
    name,
    uid,
    apiVersion,
  ].join('')
}
