import { stringifyJson } from './json.ts'
import { byteLength } from './name-rules.ts'
import { isPlainObject } from './plain.ts'
import { compareYamlKeys } from './yaml-key-order.ts'
import { escapeChar, styleOf } from './yaml-scalar.ts'

/** Texts are broken at the first space behind this column. */
const columnMax = 80
const keyLengthMax = 128

/** A value as YAML in the layout that upstream writes: sorted keys, lists not indented, long texts folded. */
export function toYaml(value: unknown): string {
  const writer = new Writer()
  writer.node(value, -2, false)
  return `${writer.text}\n`
}

class Writer {
  text = ''
  /** Characters since the last line break. */
  #column = 0

  /** Writes a value that stands in a collection indented by `indent`. */
  node(value: unknown, indent: number, isInMap: boolean): void {
    if (Array.isArray(value) && value.length > 0) this.#list(value, isInMap ? indent : indent + 2, isInMap)
    else if (isPlainObject(value) && members(value).length > 0) this.#map(value, indent + 2, isInMap)
    else {
      if (isInMap) this.#put(' ')
      this.#scalar(value, Math.max(indent, 0) + 2)
    }
  }

  #put(text: string): void {
    this.text += text
    this.#column += Array.from(text).length
  }

  #line(indent: number): void {
    this.text += `\n${' '.repeat(indent)}`
    this.#column = indent
  }

  /** A collection in a list begins on the line of its dash; one in a map below its key. */
  #begin(isFirst: boolean, indent: number, isInMap: boolean): void {
    if (!isFirst || isInMap) this.#line(indent)
  }

  #list(list: readonly unknown[], indent: number, isInMap: boolean): void {
    list.forEach((one, i) => {
      this.#begin(i === 0, indent, isInMap)
      this.#put('- ')
      this.node(one, indent, false)
    })
  }

  #map(map: object, indent: number, isInMap: boolean): void {
    members(map).forEach(([key, value], i) => {
      this.#begin(i === 0, indent, isInMap)
      const isSimple = byteLength(key) <= keyLengthMax && !key.includes('\n')
      this.#key(key, indent, isSimple)
      // The value of a key that stands alone begins beside its colon, as one in a list does beside its dash.
      this.node(value, indent, isSimple)
    })
  }

  #key(key: string, indent: number, isSimple: boolean): void {
    if (isSimple) {
      this.#string(key, indent, true)
      return this.#put(':')
    }
    this.#put('? ')
    this.#string(key, indent + 2, false)
    this.#line(indent)
    this.#put(': ')
  }

  #scalar(value: unknown, indent: number): void {
    if (typeof value === 'string') this.#string(value, indent, false)
    else if (Array.isArray(value)) this.#put('[]')
    else if (isPlainObject(value)) this.#put('{}')
    else this.#put(typeof value === 'number' ? numberText(value) : stringifyJson(value))
  }

  #string(text: string, indent: number, isKey: boolean): void {
    switch (styleOf(text, isKey)) {
      case 'plain':
        return this.#folded(text, indent, isKey, (char) => char)
      case 'single':
        this.#put("'")
        this.#folded(text, indent, isKey, (char) => (char === "'" ? "''" : char))
        return this.#put("'")
      case 'double':
        return this.#double(text, indent, isKey)
      case 'literal':
        return this.#literal(text, indent)
    }
  }

  /** Writes a text whose line breaks read as spaces. */
  #folded(text: string, indent: number, isKey: boolean, shown: (char: string) => string): void {
    const chars = Array.from(text)
    chars.forEach((char, i) => {
      const isBetween = i > 0 && i < chars.length - 1 && chars[i - 1] !== ' ' && chars[i + 1] !== ' '
      if (char === ' ' && !isKey && isBetween && this.#column > columnMax) this.#line(indent)
      else this.#put(shown(char))
    })
  }

  #double(text: string, indent: number, isKey: boolean): void {
    this.#put('"')
    const chars = Array.from(text)
    chars.forEach((char, i) => {
      const isBetween = i > 0 && i < chars.length - 1 && chars[i - 1] !== ' '
      if (char === ' ' && !isKey && isBetween && this.#column > columnMax) {
        this.#line(indent)
        if (chars[i + 1] === ' ') this.#put('\\')
      } else this.#put(escapeChar(char))
    })
    this.#put('"')
  }

  #literal(text: string, indent: number): void {
    const hint = /^[ \n]/.test(text) ? '2' : ''
    const chomp = text.endsWith('\n') ? (/(?:^|\n)\n$/.test(text) ? '+' : '') : '-'
    this.#put(`|${hint}${chomp}`)
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
    for (const line of lines) {
      this.text += '\n'
      this.#column = 0
      if (line !== '') this.#put(' '.repeat(indent) + line)
    }
  }
}

const members = (map: object) =>
  Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareYamlKeys(a, b))

/** A number as Go's shortest form writes it. */
function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1e-4) return String(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}
