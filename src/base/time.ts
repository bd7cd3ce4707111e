const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const canonical = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/
const zeroSeconds = -62_135_596_800

/** A text that is no RFC 3339 time, in the words of Go's parser. */
export class TimeSyntaxError extends Error {
  override readonly name = 'TimeSyntaxError'
}

const layout = '2006-01-02T15:04:05Z07:00'
const microLayout = '2006-01-02T15:04:05.000000Z07:00'
const parts: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01'],
  [/^-/, '-'],
  [/^\d\d/, '02'],
  [/^T/, 'T'],
  [/^\d\d/, '15'],
  [/^:/, ':'],
  [/^\d\d/, '04'],
  [/^:/, ':'],
  [/^\d\d(?:[.,]\d+)?/, '05'],
  [/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00'],
]

function syntaxError(text: string, shownLayout: string): TimeSyntaxError {
  const start = `parsing time ${JSON.stringify(text)} as ${JSON.stringify(shownLayout)}: cannot parse`
  let rest = text
  for (const [pattern, name] of parts) {
    const match = pattern.exec(rest)
    if (!match) return new TimeSyntaxError(`${start} ${JSON.stringify(rest)} as ${JSON.stringify(name)}`)
    rest = rest.slice(match[0].length)
  }
  return new TimeSyntaxError(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`)
}

/** A moment: whole seconds since 1970 and the nanoseconds within the second. */
export interface Moment {
  readonly seconds: number
  readonly nanos: number
}

const daysOf = (year: number, month: number) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()

/** The first part that is out of its range, as Go names it. */
function rangeFault(numbers: readonly number[]): string | undefined {
  const [year, month, day, hour, minute, second] = numbers as [number, number, number, number, number, number]
  if (month < 1 || month > 12) return 'month'
  if (day < 1 || day > daysOf(year, month)) return 'day'
  if (hour > 23) return 'hour'
  if (minute > 59) return 'minute'
  return second > 59 ? 'second' : undefined
}

const numbersOf = (match: RegExpExecArray) => match.slice(1, 7).map(Number)

/** Reads an RFC 3339 time; undefined for anything else, days that no month has included. */
export function parseTime(text: string): Moment | undefined {
  const match = rfc3339.exec(text)
  if (!match || rangeFault(numbersOf(match)) !== undefined) return undefined
  const [year, month, day, hour, minute, second] = numbersOf(match) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  return {
    seconds: date.getTime() / 1000 - offsetSeconds(match[8] as string),
    nanos: Number((match[7] ?? '').slice(1).padEnd(9, '0').slice(0, 9)),
  }
}

function offsetSeconds(zone: string): number {
  if (zone === 'Z') return 0
  return (zone.startsWith('-') ? -60 : 60) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)))
}

function momentOf(text: string, shownLayout: string): Moment {
  const moment = parseTime(text)
  if (moment !== undefined) return moment
  const match = rfc3339.exec(text)
  if (!match) throw syntaxError(text, shownLayout)
  throw new TimeSyntaxError(
    `parsing time ${JSON.stringify(text)}: ${rangeFault(numbersOf(match))} out of range`,
  )
}

const seconds = (moment: Moment) => new Date(moment.seconds * 1000).toISOString().slice(0, 19)

/** meta/v1 Time: whole seconds in UTC. */
export const formatTime = (moment: Moment): string => `${seconds(moment)}Z`

/** meta/v1 MicroTime: six decimals in UTC. */
export const formatMicroTime = (moment: Moment): string =>
  `${seconds(moment)}.${String(Math.floor(moment.nanos / 1000)).padStart(6, '0')}Z`

/** A clock's milliseconds as a moment. */
export function momentAt(ms: number): Moment {
  const whole = Math.floor(ms / 1000)
  return { seconds: whole, nanos: Math.floor((ms - whole * 1000) * 1e6) }
}

/** A clock's milliseconds as meta/v1 Time. */
export const timeOf = (ms: number): string => formatTime(momentAt(ms))

/** A clock's milliseconds as meta/v1 MicroTime. */
export const microTimeOf = (ms: number): string => formatMicroTime(momentAt(ms))

/** A meta/v1 Time as stored and sent; undefined for the zero time. @throws TimeSyntaxError in Go's words. */
export function canonicalTime(text: string): string | undefined {
  if (canonical.test(text) && !text.startsWith('000')) return text
  const moment = momentOf(text, layout)
  return moment.seconds === zeroSeconds ? undefined : formatTime(moment)
}

/** A meta/v1 MicroTime as stored and sent; undefined for the zero time. @throws TimeSyntaxError in Go's words. */
export function canonicalMicroTime(text: string): string | undefined {
  const moment = momentOf(text, microLayout)
  const tail = text.slice(19)
  if (!/^\.\d{6}\D/.test(tail)) {
    const start = `parsing time ${JSON.stringify(text)} as ${JSON.stringify(microLayout)}`
    throw new TimeSyntaxError(`${start}: cannot parse ${JSON.stringify(tail)} as ".000000"`)
  }
  return moment.seconds === zeroSeconds && moment.nanos === 0 ? undefined : formatMicroTime(moment)
}
