const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** A moment: whole seconds since 1970 and the nanoseconds within the second. */
export interface Moment {
  readonly seconds: number
  readonly nanos: number
}

/** Reads an RFC 3339 time; undefined for anything else, days that no month has included. */
export function parseTime(text: string): Moment | undefined {
  const match = rfc3339.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second))
  date.setUTCFullYear(year)
  if (
    date.getUTCDate() !== day ||
    date.getUTCMonth() !== month - 1 ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    return undefined
  }
  const offsetMinutes =
    match[8] === undefined ? 0 : Number(`${match[8]}1`) * (Number(match[9]) * 60 + Number(match[10]))
  return {
    seconds: date.getTime() / 1000 - offsetMinutes * 60,
    nanos: Number((match[7] ?? '').padEnd(9, '0').slice(0, 9)),
  }
}

const seconds = (moment: Moment) => new Date(moment.seconds * 1000).toISOString().slice(0, 19)

/** meta/v1 Time: whole seconds in UTC. */
export const formatTime = (moment: Moment): string => `${seconds(moment)}Z`

/** meta/v1 MicroTime: six decimals in UTC. */
export const formatMicroTime = (moment: Moment): string =>
  `${seconds(moment)}.${String(Math.floor(moment.nanos / 1000)).padStart(6, '0')}Z`

/** A clock's milliseconds as meta/v1 Time. */
export const timeOf = (ms: number): string => formatTime({ seconds: Math.floor(ms / 1000), nanos: 0 })

/** A clock's milliseconds as meta/v1 MicroTime. */
export const microTimeOf = (ms: number): string =>
  formatMicroTime({ seconds: Math.floor(ms / 1000), nanos: Math.round((ms % 1000) * 1e6) })
