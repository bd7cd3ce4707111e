import type { Log, LogFields } from '#base/log'

export interface LogOptions {
  /** The program or part that speaks; stands where klog names a source file. */
  readonly part: string
  /** Lines of `v()` up to this verbosity are written (`--v`). */
  readonly verbosity?: number
  /** Where lines go; standard error when not given. */
  readonly write?: (line: string) => void
  readonly now?: () => Date
}

/** A log in klog's text form: `I1123 11:02:03.123456   12345 apiserver] "Serving" port=6443`. */
export function createLog(options: LogOptions): Log {
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const now = options.now ?? (() => new Date())
  const verbosity = options.verbosity ?? 0
  const line = (severity: string, message: string, fields: LogFields | undefined) =>
    write(`${head(severity, now())} ${options.part}] ${JSON.stringify(message)}${showFields(fields)}\n`)
  return {
    info: (message, fields) => line('I', message, fields),
    warn: (message, fields) => line('W', message, fields),
    error: (message, fields) => line('E', message, fields),
    enabled: (level) => level <= verbosity,
    v(level, message, fields) {
      if (level <= verbosity) line('I', message, fields)
    },
  }
}

const two = (value: number) => String(value).padStart(2, '0')

function head(severity: string, at: Date): string {
  const day = two(at.getMonth() + 1) + two(at.getDate())
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  const micros = `${String(at.getMilliseconds()).padStart(3, '0')}000`
  return `${severity}${day} ${time}.${micros} ${String(process.pid).padStart(7)}`
}

function showFields(fields: LogFields | undefined): string {
  if (!fields) return ''
  let text = ''
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) text += ` ${key}=${showValue(value)}`
  }
  return text
}

function showValue(value: unknown): string {
  if (typeof value === 'string') return showText(value)
  if (value instanceof Error) return showText(value.message)
  if (typeof value === 'bigint' || typeof value !== 'object' || value === null) return String(value)
  return JSON.stringify(value)
}

/** Text of several lines keeps them, indented, as klog does, so that a stack stays readable. */
function showText(text: string): string {
  if (!text.includes('\n')) return JSON.stringify(text)
  return `<\n${text
    .split('\n')
    .map((one) => `\t${one}\n`)
    .join('')} >`
}
