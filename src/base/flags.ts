/** The kinds of value a flag takes, with the word that help shows for it. */
export interface FlagKind<T> {
  readonly word: string
  parse(text: string, previous: T | undefined): T
  show(value: T): string
  /** True when the default goes without saying in help. */
  isZero(value: T): boolean
  /** The value of a bare `--flag`, for kinds that allow it. */
  readonly bare?: string
}

/** A flag of a command, declared once: parsed, shown in help and documented from here. */
export interface Flag<T> {
  readonly name: string
  readonly short?: string
  readonly kind: FlagKind<T>
  readonly default: T
  readonly usage: string
  readonly hidden?: boolean
  /** Written to the log when used. */
  readonly deprecated?: string
}

/** The flags of a command, by the name that its code uses. */
export type Flags = Readonly<Record<string, Flag<unknown>>>
/** The values of flags, by the same names. */
export type Values<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never }

/** Wrong words on a command line; the message is for people, in pflag's words. */
export class FlagError extends Error {
  override readonly name = 'FlagError'
}

const syntax = (call: string, text: string) => `${call}: parsing ${JSON.stringify(text)}: invalid syntax`

/** A flag that holds a text. */
export const stringKind: FlagKind<string> = {
  word: 'string',
  parse: (text) => text,
  show: (value) => JSON.stringify(value),
  isZero: (value) => value === '',
}

const truths: Readonly<Record<string, boolean>> = {
  '1': true, t: true, T: true, true: true, TRUE: true, True: true,
  '0': false, f: false, F: false, false: false, FALSE: false, False: false,
} // biome-ignore format: two rows

/** A flag that is on or off. */
export const boolKind: FlagKind<boolean> = {
  word: '',
  bare: 'true',
  parse(text) {
    const value = truths[text]
    if (value === undefined) throw new FlagError(syntax('strconv.ParseBool', text))
    return value
  },
  show: String,
  isZero: (value) => !value,
}

/** A flag that holds a whole number. */
export const intKind: FlagKind<number> = {
  word: 'int',
  parse(text) {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(value)) throw new FlagError(syntax('strconv.ParseInt', text))
    return value
  },
  show: String,
  isZero: (value) => value === 0,
}

/** A flag that holds a number. */
export const floatKind: FlagKind<number> = {
  word: 'float',
  parse(text) {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isNaN(value)) throw new FlagError(syntax('strconv.ParseFloat', text))
    return value
  },
  show: String,
  isZero: (value) => value === 0,
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
}

/** Milliseconds of a Go duration (`1m30s`), or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  let totalMs = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    totalMs += Number(amount) * (unitMs[unit as string] as number)
  }
  return text.startsWith('-') ? -totalMs : totalMs
}

/** A duration as Go prints it: `1m30s`, `500ms`, `0s`. */
export function showDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 0) return `-${showDuration(-ms)}`
  if (ms < 1) return `${+(ms * 1e3).toPrecision(12)}µs`
  if (ms < 1000) return `${ms}ms`
  const hours = Math.floor(ms / 3.6e6)
  const minutes = Math.floor((ms % 3.6e6) / 6e4)
  const seconds = `${+((ms % 6e4) / 1e3).toPrecision(12)}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

/** Milliseconds, written as a Go duration. */
export const durationKind: FlagKind<number> = {
  word: 'duration',
  parse(text) {
    const value = parseDuration(text)
    if (value === undefined) throw new FlagError(`time: invalid duration ${JSON.stringify(text)}`)
    return value
  },
  show: showDuration,
  isZero: (value) => value === 0,
}

/** A list: commas separate, repeats append; the first use replaces the default. */
export const stringsKind: FlagKind<readonly string[]> = {
  word: 'strings',
  parse: (text, previous) => [...(previous ?? []), ...(text === '' ? [] : text.split(','))],
  show: (value) => `[${value.join(',')}]`,
  isZero: (value) => value.length === 0,
}

/** A list whose elements may hold commas: only repeats append. */
export const stringArrayKind: FlagKind<readonly string[]> = {
  word: 'stringArray',
  parse: (text, previous) => [...(previous ?? []), text],
  show: (value) => `[${value.join(',')}]`,
  isZero: (value) => value.length === 0,
}

/** `key=value` pairs: commas separate, repeats merge. */
export const mapKind: FlagKind<Readonly<Record<string, string>>> = {
  word: 'mapStringString',
  parse(text, previous) {
    const pairs = text.split(',').map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new FlagError(`malformed pair, expect string=string`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    })
    return { ...previous, ...Object.fromEntries(pairs) }
  },
  show: (value) =>
    Object.entries(value)
      .map(([key, one]) => `${key}=${one}`)
      .join(','),
  isZero: (value) => Object.keys(value).length === 0,
}

/** Declares a flag: `flag('secure-port', intKind, 6443, 'The port ...')`; `short` is one letter. */
export function flag<T>(
  name: string,
  kind: FlagKind<T>,
  defaultValue: T,
  usage: string,
  more: { short?: string; hidden?: boolean; deprecated?: string } = {},
): Flag<T> {
  return { name, kind, default: defaultValue, usage, ...more }
}

/** What a command line says. */
export interface Parsed<F extends Flags> {
  readonly values: Values<F>
  /** What is no flag, in order; all that follows a bare `--` is in here too. */
  readonly args: readonly string[]
  /** Where in `args` the words after `--` begin; -1 without one. */
  readonly dashAt: number
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>
}

/**
 * Reads a command line as pflag does: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`, grouped
 * one-letter switches, flags before and after words (unless `interspersed` is false).
 * @throws FlagError in pflag's words.
 */
export function parseFlags<F extends Flags>(
  flags: F,
  argv: readonly string[],
  options: { interspersed?: boolean } = {},
): Parsed<F> {
  const reader = new FlagReader(flags)
  const args: string[] = []
  let dashAt = -1
  const rest = [...argv]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      dashAt = args.length
      args.push(...rest.splice(0))
    } else if (word.startsWith('--')) reader.long(word.slice(2), rest)
    else if (word.startsWith('-') && word !== '-') reader.shorts(word.slice(1), rest)
    else {
      args.push(word)
      if (options.interspersed === false) args.push(...rest.splice(0))
    }
  }
  return { values: reader.values() as Values<F>, args, dashAt, given: reader.given }
}

class FlagReader {
  readonly #byName = new Map<string, [string, Flag<unknown>]>()
  readonly #byShort = new Map<string, Flag<unknown>>()
  readonly #read = new Map<string, unknown>()
  readonly given = new Set<string>()

  constructor(flags: Flags) {
    for (const [key, one] of Object.entries(flags)) {
      this.#byName.set(one.name, [key, one])
      if (one.short !== undefined) this.#byShort.set(one.short, one)
    }
  }

  long(text: string, rest: string[]): void {
    const at = text.indexOf('=')
    const name = (at < 0 ? text : text.slice(0, at)).replaceAll('_', '-')
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: --${text}`)
    const found = this.#byName.get(name)?.[1]
    if (!found) throw new FlagError(`unknown flag: --${name}`)
    if (at >= 0) this.#set(found, text.slice(at + 1))
    else if (found.kind.bare !== undefined) this.#set(found, found.kind.bare)
    else this.#set(found, this.#next(rest, `flag needs an argument: --${name}`))
  }

  shorts(text: string, rest: string[]): void {
    const letter = text[0] as string
    const found = this.#byShort.get(letter)
    if (!found) throw new FlagError(`unknown shorthand flag: '${letter}' in -${text}`)
    const tail = text.slice(1)
    if (tail.startsWith('=')) this.#set(found, tail.slice(1))
    else if (found.kind.bare !== undefined) {
      this.#set(found, found.kind.bare)
      if (tail !== '') this.shorts(tail, rest)
    } else if (tail !== '') this.#set(found, tail)
    else this.#set(found, this.#next(rest, `flag needs an argument: '${letter}' in -${text}`))
  }

  values(): Record<string, unknown> {
    const all = [...this.#byName.values()]
    return Object.fromEntries(
      all.map(([key, one]) => [key, this.#read.has(one.name) ? this.#read.get(one.name) : one.default]),
    )
  }

  #next(rest: string[], complaint: string): string {
    const value = rest.shift()
    if (value === undefined) throw new FlagError(complaint)
    return value
  }

  #set(found: Flag<unknown>, text: string): void {
    try {
      this.#read.set(found.name, found.kind.parse(text, this.#read.get(found.name)))
      this.given.add(found.name)
    } catch (error) {
      if (!(error instanceof FlagError)) throw error
      const shown = found.short === undefined ? `--${found.name}` : `-${found.short}, --${found.name}`
      throw new FlagError(`invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${error.message}`, {
        cause: error,
      })
    }
  }
}

/** The flags as a help page lists them: sorted, aligned, wrapped at `width` columns, defaults in brackets. */
export function flagUsages(flags: Flags, width = 0): string {
  const shown = Object.values(flags)
    .filter((one) => one.hidden !== true)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const heads = shown.map((one) => {
    const short = one.short === undefined ? '      ' : `  -${one.short}, `
    const word = one.kind.word === '' ? '' : ` ${one.kind.word}`
    return `${short}--${one.name}${word}`
  })
  const column = Math.max(0, ...heads.map((head) => head.length)) + 3
  return shown
    .map((one, i) => (heads[i] as string).padEnd(column) + wrap(describe(one), column, width))
    .join('\n')
}

function describe(one: Flag<unknown>): string {
  const preset = one.kind.isZero(one.default) ? '' : ` (default ${one.kind.show(one.default)})`
  const deprecated = one.deprecated === undefined ? '' : ` (DEPRECATED: ${one.deprecated})`
  return one.usage + preset + deprecated
}

function wrap(text: string, indent: number, width: number): string {
  if (width <= indent + 24) return text
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line !== '' && line.length + 1 + word.length > width - indent) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
