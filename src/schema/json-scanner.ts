import type { Json } from './object.ts'

/** Deepest nesting of lists and objects that is read. */
export const jsonDepthMax = 10_000

/**
 * Deepest nesting of what somebody sends. Upstream takes ten times as much; here what walks over a value calls itself
 * for each level, and the engine's stack must hold all of it.
 */
export const sentDepthMax = 1_000

/** A text that is no JSON, in the words of Go's decoder. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
}

const end = -1
const space = /[\t\n\r ]*/y
// oxlint-disable-next-line no-control-regex -- JSON refuses control characters in strings.
const plain = /[^"\\\u0000-\u001f]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** A character as Go's decoder quotes it in its messages. */
function quoted(char: string): string {
  if (char === "'") return `'\\''`
  if (char === '"') return `'"'`
  return `'${JSON.stringify(char).slice(1, -1)}'`
}

/** Sets a member; the name `__proto__` is a member like any other. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  } else object[name] = value
}

/**
 * Reads JSON exactly: names what is wrong as Go does, keeps integers beyond 2^53, and notes members that
 * stand twice in their object (the last one counts).
 */
export class JsonScanner {
  readonly duplicates = new Map<object, string[]>()
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The value of the whole text. @throws JsonSyntaxError. */
  read(): Json {
    const value = this.#value()
    if (this.#skip() !== end) throw this.#wrong('after top-level value')
    return value
  }

  /** The next character that is no white space, or -1 at the end. */
  #skip(): number {
    space.lastIndex = this.#at
    space.test(this.#text)
    this.#at = space.lastIndex
    return this.#at < this.#text.length ? this.#text.charCodeAt(this.#at) : end
  }

  #wrong(where: string): JsonSyntaxError {
    const point = this.#text.codePointAt(this.#at)
    if (point === undefined) return new JsonSyntaxError('unexpected end of JSON input')
    return new JsonSyntaxError(`invalid character ${quoted(String.fromCodePoint(point))} ${where}`)
  }

  #value(): Json {
    switch (this.#skip()) {
      case 0x7b:
        return this.#nested(() => this.#object())
      case 0x5b:
        return this.#nested(() => this.#list())
      case 0x22:
        return this.#string()
      case 0x74:
        return this.#literal('true', true)
      case 0x66:
        return this.#literal('false', false)
      case 0x6e:
        return this.#literal('null', null)
      default:
        return this.#number()
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > jsonDepthMax) throw new JsonSyntaxError('exceeded max depth')
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): Json {
    const object: Record<string, Json> = {}
    if (this.#skip() === 0x7d) {
      this.#at++
      return object
    }
    for (;;) {
      if (this.#skip() !== 0x22) throw this.#wrong('looking for beginning of object key string')
      const name = this.#string()
      if (this.#skip() !== 0x3a) throw this.#wrong('after object key')
      this.#at++
      if (Object.hasOwn(object, name)) this.#noteDuplicate(object, name)
      setMember(object, name, this.#value())
      if (this.#closes(0x7d, 'after object key:value pair')) return object
    }
  }

  #noteDuplicate(object: object, name: string): void {
    const names = this.duplicates.get(object)
    if (names === undefined) this.duplicates.set(object, [name])
    else if (!names.includes(name)) names.push(name)
  }

  #list(): Json {
    const list: Json[] = []
    if (this.#skip() === 0x5d) {
      this.#at++
      return list
    }
    for (;;) {
      list.push(this.#value())
      if (this.#closes(0x5d, 'after array element')) return list
    }
  }

  #closes(close: number, where: string): boolean {
    const unit = this.#skip()
    if (unit !== close && unit !== 0x2c) throw this.#wrong(where)
    this.#at++
    return unit === close
  }

  #literal<T>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++) {
      this.#at++
      if (this.#text[this.#at] !== word[i]) {
        throw this.#wrong(`in literal ${word} (expecting ${quoted(word[i] as string)})`)
      }
    }
    this.#at++
    return value
  }

  #string(): string {
    let value = ''
    this.#at++
    for (;;) {
      plain.lastIndex = this.#at
      plain.test(this.#text)
      value += this.#text.slice(this.#at, plain.lastIndex)
      this.#at = plain.lastIndex
      const char = this.#text[this.#at]
      if (char !== '"' && char !== '\\') throw this.#wrong('in string literal')
      this.#at++
      if (char === '"') return value
      value += this.#escape()
    }
  }

  #escape(): string {
    const char = this.#text[this.#at] ?? ''
    const simple = escapes[char]
    if (simple === undefined && char !== 'u') throw this.#wrong('in string escape code')
    this.#at++
    if (simple !== undefined) return simple
    const start = this.#at
    for (; this.#at < start + 4; this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) {
        throw this.#wrong('in \\u hexadecimal character escape')
      }
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(start, this.#at), 16))
  }

  #number(): Json {
    number.lastIndex = this.#at
    if (!number.test(this.#text)) return this.#noNumber()
    const text = this.#text.slice(this.#at, number.lastIndex)
    this.#at = number.lastIndex
    if (this.#text[this.#at] === '.') {
      this.#at++
      throw this.#wrong('after decimal point in numeric literal')
    }
    const value = Number(text)
    return Number.isSafeInteger(value) || /[.eE]/.test(text) ? value : BigInt(text)
  }

  #noNumber(): never {
    if (this.#text[this.#at] !== '-') throw this.#wrong('looking for beginning of value')
    this.#at++
    throw this.#wrong('in numeric literal')
  }
}
