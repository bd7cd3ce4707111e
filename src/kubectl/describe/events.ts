import { humanDuration } from '#base/human-duration'
import type { EventLike, Page, Surroundings } from './page.ts'

/** The events of an object as a table; nothing when nobody may know them. */
export function writeEvents(page: Page, { events, now }: Surroundings): void {
  if (events === undefined) return
  if (events.length === 0) {
    page.line(0, 'Events:\t<none>')
    return
  }
  page.flush()
  page.raw('Events:\n  Type\tReason\tAge\tFrom\tMessage\n')
  page.line(1, '----\t------\t----\t----\t-------')
  for (const event of events.toSorted((a, b) => lastOf(a) - lastOf(b))) {
    const { type = '', reason = '', message = '' } = event
    const from = event.source?.component || (event.reportingComponent ?? '')
    page.line(1, [type, reason, interval(event, now), from, message.trim()].join('\t'))
  }
}

const time = (text: string | null | undefined) => (text === undefined || text === null ? 0 : Date.parse(text))
const lastOf = (event: EventLike) => time(event.lastTimestamp) || time(event.eventTime)

function since(text: string | null | undefined, now: number): string {
  return text === undefined || text === null ? '<unknown>' : humanDuration(now - Date.parse(text))
}

/** How long ago, and how often over how long. */
function interval(event: EventLike, now: number): string {
  const first = event.firstTimestamp ?? event.eventTime
  if (event.series)
    return `${since(event.series.lastObservedTime, now)} (x${event.series.count} over ${since(first, now)})`
  if ((event.count ?? 0) > 1)
    return `${since(event.lastTimestamp, now)} (x${event.count} over ${since(first, now)})`
  return since(first, now)
}
