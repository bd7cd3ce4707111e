import { type Moment, momentAt, parseTime } from '#base/time'
import { Refusal } from '../refusal.ts'

/** What part of a log is wanted, and in what form. */
export interface LogOptions {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  /** The last lines only. */
  readonly tailLines: number | undefined
  /** Nothing older. */
  readonly since: Moment | undefined
  readonly limitBytes: number | undefined
  /** One stream only. */
  readonly stream: 'stdout' | 'stderr' | undefined
}

const streams: Readonly<Record<string, 'stdout' | 'stderr'>> = { Stdout: 'stdout', Stderr: 'stderr' }

/** Reads the query of a request for logs. @throws Refusal for what makes no sense. */
export function toLogOptions(query: URLSearchParams, now: number): LogOptions {
  const sinceSeconds = numberOf(query, 'sinceSeconds', 1)
  const sinceTime = query.get('sinceTime') ?? ''
  if (sinceSeconds !== undefined && sinceTime !== '') throw invalid()
  const moment = sinceTime === '' ? undefined : parseTime(sinceTime)
  if (sinceTime !== '' && moment === undefined) throw new Refusal(400, 'Unable to decode query.')
  const stream = query.get('stream') ?? 'All'
  if (stream !== 'All' && streams[stream] === undefined) throw invalid()
  return {
    follow: isOn(query, 'follow'),
    previous: isOn(query, 'previous'),
    timestamps: isOn(query, 'timestamps'),
    tailLines: numberOf(query, 'tailLines', 0),
    since: sinceSeconds === undefined ? moment : momentAt(now - sinceSeconds * 1000),
    limitBytes: numberOf(query, 'limitBytes', 1),
    stream: streams[stream],
  }
}

const invalid = () => new Refusal(422, 'Invalid request.')

function isOn(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)
  return text !== null && text !== 'false' && text !== '0'
}

function numberOf(query: URLSearchParams, name: string, least: number): number | undefined {
  const text = query.get(name) ?? ''
  if (text === '') return undefined
  if (!/^[+-]?\d+$/.test(text)) throw new Refusal(400, 'Unable to decode query.')
  const value = Number(text)
  if (value < least) throw invalid()
  return value
}
