import type { Operator } from './label-selector.ts'

/** A selector that cannot be understood, in upstream's words. */
export class SelectorSyntaxError extends Error {
  override readonly name = 'SelectorSyntaxError'
}

type Kind = 'identifier' | 'end' | 'error' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<'

interface Token {
  readonly kind: Kind
  readonly text: string
}

const operators: Readonly<Record<string, Operator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
}
const pattern = /\s*(?:([^=!(),<>\s]+)|(==|!=|[=!(),<>]))/y

/** The words and signs of a label selector, read one after the other. */
export class SelectorTokens {
  readonly #tokens: Token[] = []
  #at = 0

  constructor(text: string) {
    const trimmed = text.trimEnd()
    pattern.lastIndex = 0
    while (pattern.lastIndex < trimmed.length) {
      const match = pattern.exec(trimmed)
      if (match === null) break
      const [, word, sign] = match
      this.#tokens.push(
        word === undefined
          ? { kind: sign as Kind, text: sign as string }
          : { kind: 'identifier', text: word },
      )
    }
  }

  /** The next token, which stays. */
  peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  /** The next token, which is used up. */
  take(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  /** @throws SelectorSyntaxError for anything but an operator between a key and values. */
  takeOperator(): Operator {
    const { text } = this.take()
    const operator = operators[text]
    if (operator === undefined) {
      throw new SelectorSyntaxError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`)
    }
    return operator
  }

  /** The values after an operator: a list in parentheses, or one word or nothing. @throws SelectorSyntaxError. */
  takeValues(isList: boolean): string[] {
    if (isList) return this.#takeList()
    const { kind } = this.peek()
    if (kind === 'end' || kind === ',') return ['']
    const token = this.take()
    if (token.kind === 'identifier') return [token.text]
    throw new SelectorSyntaxError(`found '${token.text}', expected: identifier`)
  }

  #takeList(): string[] {
    const open = this.take()
    if (open.kind !== '(') throw new SelectorSyntaxError(`found '${open.text}' expected: '('`)
    const { kind, text } = this.peek()
    if (kind === ')') {
      this.take()
      return ['']
    }
    if (kind === 'identifier' || kind === ',') return this.#takeItems()
    throw new SelectorSyntaxError(`found '${text}', expected: ',', ')' or identifier`)
  }

  /** Values between commas, the empty ones too, up to the closing parenthesis. */
  #takeItems(): string[] {
    const values: string[] = []
    let expectsValue = true
    for (;;) {
      const { kind, text } = this.take()
      if (kind === 'identifier' && expectsValue) {
        values.push(text)
        expectsValue = false
      } else if (kind === ',' || kind === ')') {
        if (expectsValue) values.push('')
        if (kind === ')') return values
        expectsValue = true
      } else {
        const expected = expectsValue ? "',', or identifier" : "',' or ')'"
        throw new SelectorSyntaxError(`found '${text}', expected: ${expected}`)
      }
    }
  }
}
