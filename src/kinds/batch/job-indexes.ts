/** Indexes from the first to the last, both included. */
interface Interval {
  readonly first: number
  readonly last: number
}

/** Intervals, and what is wrong with the text that they stand in. */
export interface Indexes {
  readonly intervals: readonly Interval[]
  readonly count: number
  readonly fault?: string
}

const integer = /^[+-]?\d+$/

function indexFault(text: string, completions: number): string | undefined {
  if (!integer.test(text)) return `cannot convert string to integer for index: ${JSON.stringify(text)}`
  return Number(text) >= completions ? `too large index: ${JSON.stringify(text)}` : undefined
}

const disorder = (before: number, now: number) => `non-increasing order, previous: ${before}, current: ${now}`

function intervalOf(text: string, completions: number): Interval | string {
  const parts = text.split('-')
  if (parts.length > 2) {
    return `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`
  }
  for (const part of parts) {
    const fault = indexFault(part, completions)
    if (fault !== undefined) return fault
  }
  const first = Number(parts[0])
  const last = Number(parts[1] ?? parts[0])
  return parts.length === 2 && first >= last ? disorder(first, last) : { first, last }
}

const none: Indexes = { intervals: [], count: 0 }

/** Reads `1,3-5,7`: indexes of a job with so many completions, each larger than the one before. */
export function parseIndexes(text: string, completions: number): Indexes {
  if (text === '') return none
  const intervals: Interval[] = []
  let count = 0
  for (const part of text.split(',')) {
    const interval = intervalOf(part, completions)
    if (typeof interval === 'string') return { ...none, fault: interval }
    const before = intervals.at(-1)?.last
    if (before !== undefined && before >= interval.first) {
      return { ...none, fault: disorder(before, interval.first) }
    }
    intervals.push(interval)
    count += interval.last - interval.first + 1
  }
  return { intervals, count }
}

/** The first index that stands in two texts; what cannot be read in them is passed over. */
export function sharedIndex(one: string, other: string, completions: number): number | undefined {
  const read = (text: string) =>
    text
      .split(',')
      .map((part) => intervalOf(part, completions))
      .filter((part) => typeof part !== 'string')
  if (one === '' || other === '') return undefined
  const others = read(other)
  for (const { first, last } of read(one)) {
    const shared = others.find((interval) => interval.first <= last && first <= interval.last)
    if (shared) return Math.max(first, shared.first)
  }
  return undefined
}
