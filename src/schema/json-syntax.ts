/** Why a text is no JSON, in the words of Go's encoding/json. */
export function explainJson(text: string): string {
  const reader = new Reader(text)
  return reader.document() ?? 'unexpected end of JSON input'
}

const quoted = (character: string) =>
  character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${escaped(character)}'`
const escaped = (character: string) =>
  ({ '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' })[character] ??
  (character < ' ' ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character)

/** A validator that stops at the first fault; each method gives the fault's words, '' when all is well, undefined at the end. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): string | undefined {
    const fault = this.#value()
    if (fault !== '') return fault
    const rest = this.#next()
    return rest === undefined
      ? 'invalid character'
      : `invalid character ${quoted(rest)} after top-level value`
  }

  #next(): string | undefined {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? 'x')) this.#at++
    return this.#text[this.#at]
  }

  #value(): string | undefined {
    const next = this.#next()
    if (next === undefined) return undefined
    if (next === '{') return this.#object()
    if (next === '[') return this.#array()
    if (next === '"') return this.#string()
    if (/[-\d]/.test(next)) return this.#number()
    for (const word of ['true', 'false', 'null']) if (word.startsWith(next)) return this.#word(word)
    return `invalid character ${quoted(next)} looking for beginning of value`
  }

  #word(word: string): string | undefined {
    for (let i = 0; i < word.length; i++, this.#at++) {
      const one = this.#text[this.#at]
      if (one === undefined) return undefined
      if (one !== word[i])
        return `invalid character ${quoted(one)} in literal ${word} (expecting ${quoted(word[i] as string)})`
    }
    return ''
  }

  #number(): string | undefined {
    const match = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(this.#text.slice(this.#at, this.#at + 400))
    if (match) {
      this.#at += match[0].length
      return ''
    }
    const after = this.#text[this.#at + 1]
    return after === undefined ? undefined : `invalid character ${quoted(after)} in numeric literal`
  }

  #string(): string | undefined {
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const one = this.#text[this.#at] as string
      if (one === '"') {
        this.#at++
        return ''
      }
      if (one < ' ') return `invalid character ${quoted(one)} in string literal`
      if (one !== '\\') continue
      const code = this.#text[++this.#at]
      if (code === undefined) return undefined
      if (!/["\\/bfnrtu]/.test(code)) return `invalid character ${quoted(code)} in string escape code`
    }
    return undefined
  }

  #object(): string | undefined {
    this.#at++
    if (this.#next() === '}') return this.#close()
    for (;;) {
      const key = this.#next()
      if (key === undefined) return undefined
      if (key !== '"') return `invalid character ${quoted(key)} looking for beginning of object key string`
      const fault = this.#string() || this.#expect(':', 'after object key') || this.#value()
      if (fault !== '') return fault
      const next = this.#next()
      if (next === '}') return this.#close()
      const comma = this.#expect(',', 'after object key:value pair')
      if (comma !== '') return comma
    }
  }

  #array(): string | undefined {
    this.#at++
    if (this.#next() === ']') return this.#close()
    for (;;) {
      const fault = this.#value()
      if (fault !== '') return fault
      if (this.#next() === ']') return this.#close()
      const comma = this.#expect(',', 'after array element')
      if (comma !== '') return comma
    }
  }

  #close(): string {
    this.#at++
    return ''
  }

  #expect(character: string, where: string): string | undefined {
    const next = this.#next()
    if (next === undefined) return undefined
    if (next !== character) return `invalid character ${quoted(next)} ${where}`
    this.#at++
    return ''
  }
}
