import { durationFault } from './go-duration.ts'

/** The values that a part of a schedule may have. */
interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const parts: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
]
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const every = '@every '

/** Tells a fault from the number that another text is. */
class ScheduleFault extends Error {}

function readNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    const cause = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
    throw new ScheduleFault(`failed to parse int from ${text}: ${cause}`)
  }
  const number = Number(text)
  if (number < 0) throw new ScheduleFault(`negative number (${number}) not allowed: ${text}`)
  return number
}

function readValue(text: string, { min, names }: Bounds): number {
  const index = names?.indexOf(text.toLowerCase()) ?? -1
  return index < 0 ? readNumber(text) : min + index
}

function ends(range: string, whole: string, bounds: Bounds): [start: number, end: number, isOne: boolean] {
  const limits = range.split('-')
  const [low = '', high] = limits
  if (low === '*' || low === '?') return [bounds.min, bounds.max, limits.length === 1]
  const start = readValue(low, bounds)
  if (limits.length > 2) throw new ScheduleFault(`too many hyphens: ${whole}`)
  return high === undefined ? [start, start, true] : [start, readValue(high, bounds), false]
}

function checkRange(text: string, bounds: Bounds): void {
  const [range = '', stepText, ...more] = text.split('/')
  const [start, last, isOne] = ends(range, text, bounds)
  if (more.length > 0) throw new ScheduleFault(`too many slashes: ${text}`)
  const step = stepText === undefined ? 1 : readNumber(stepText)
  const end = isOne && stepText !== undefined ? bounds.max : last
  if (start < bounds.min) {
    throw new ScheduleFault(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`)
  }
  if (end > bounds.max)
    throw new ScheduleFault(`end of range (${end}) above maximum (${bounds.max}): ${text}`)
  if (start > end) {
    throw new ScheduleFault(`beginning of range (${start}) beyond end of range (${end}): ${text}`)
  }
  if (step === 0) throw new ScheduleFault(`step of range should be a positive number: ${text}`)
}

function checkDescriptor(text: string): void {
  if (descriptors.includes(text)) return
  if (!text.startsWith(every)) throw new ScheduleFault(`unrecognized descriptor: ${text}`)
  const fault = durationFault(text.slice(every.length))
  if (fault !== undefined) throw new ScheduleFault(`failed to parse duration ${text}: ${fault}`)
}

function check(text: string): void {
  if (text.startsWith('@')) {
    checkDescriptor(text)
    return
  }
  const fields = text.split(/\s+/).filter((field) => field !== '')
  if (fields.length !== parts.length) {
    throw new ScheduleFault(
      `expected exactly ${parts.length} fields, found ${fields.length}: [${fields.join(' ')}]`,
    )
  }
  for (const [i, bounds] of parts.entries()) {
    const ranges = (fields[i] as string).split(',').filter((range) => range !== '')
    for (const range of ranges) checkRange(range, bounds)
  }
}

/** What is wrong with a schedule such as `0,30 8-18 * * mon-fri`, a time zone before it left out. */
export function scheduleFault(schedule: string): string | undefined {
  try {
    check(schedule)
    return undefined
  } catch (error) {
    if (error instanceof ScheduleFault) return error.message
    throw error
  }
}
