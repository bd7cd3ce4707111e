import { JsonPathError } from './error.ts'

/** One step of a path, from values to values. */
export type Step =
  | { readonly is: 'field'; readonly name: string }
  | { readonly is: 'wildcard' }
  | { readonly is: 'descend' }
  | {
      readonly is: 'slice'
      readonly start: number | undefined
      readonly end: number | undefined
      readonly step: number | undefined
      readonly isIndex: boolean
    }
  | { readonly is: 'union'; readonly paths: readonly (readonly Step[])[] }
  | {
      readonly is: 'filter'
      readonly left: Operand
      readonly operator: string
      readonly right: Operand | undefined
    }

/** A side of a comparison. */
export type Operand =
  | { readonly is: 'path'; readonly steps: readonly Step[] }
  | { readonly is: 'value'; readonly value: string | number | boolean }

/** A piece of a template. */
export type Part =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'path'; readonly steps: readonly Step[] }
  | { readonly is: 'range'; readonly steps: readonly Step[]; readonly body: readonly Part[] }

/** Reads a template: text, and in braces paths, quoted texts, `range` and `end`. @throws JsonPathError in upstream's words. */
export function parseTemplate(template: string): Part[] {
  const flat = actionsOf(template)
  const { parts } = nest(flat, 0, false)
  return parts
}

type Flat = Part | { readonly is: 'open'; readonly steps: readonly Step[] } | { readonly is: 'end' }

function actionsOf(template: string): Flat[] {
  const flat: Flat[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{', at)
    if (open < 0) {
      flat.push({ is: 'text', text: template.slice(at) })
      break
    }
    if (open > at) flat.push({ is: 'text', text: template.slice(at, open) })
    const close = closingBrace(template, open)
    flat.push(...actionOf(template.slice(open + 1, close).trim()))
    at = close + 1
  }
  return flat
}

/** The brace that ends an action; those in quotes do not count. */
function closingBrace(template: string, open: number): number {
  let quote = ''
  for (let at = open + 1; at < template.length; at++) {
    const char = template[at] as string
    if (quote !== '') {
      if (char === '\\') at += 1
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '}') return at
  }
  throw new JsonPathError('unclosed action')
}

function actionOf(text: string): Flat[] {
  if (text === '') return []
  if (text === 'end') return [{ is: 'end' }]
  if (text.startsWith('range ') || text === 'range')
    return [{ is: 'open', steps: parsePath(text.slice(5).trim()) }]
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/.exec(text)?.[0]
  if (quoted === undefined) return [{ is: 'path', steps: parsePath(text) }]
  return [{ is: 'text', text: unquoted(quoted) }, ...actionOf(text.slice(quoted.length).trim())]
}

function nest(flat: readonly Flat[], from: number, isInRange: boolean): { parts: Part[]; next: number } {
  const parts: Part[] = []
  let at = from
  while (at < flat.length) {
    const one = flat[at] as Flat
    at += 1
    if (one.is === 'end') {
      if (!isInRange) throw new JsonPathError('not in range, nothing to end', true)
      return { parts, next: at }
    }
    if (one.is === 'open') {
      const inner = nest(flat, at, true)
      parts.push({ is: 'range', steps: one.steps, body: inner.parts })
      at = inner.next
    } else parts.push(one)
  }
  return { parts, next: at }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

const unquoted = (text: string) =>
  text.slice(1, -1).replaceAll(/\\(.)/g, (whole, char: string) => escapes[char] ?? whole)

/** Reads a path: `.items[0].metadata['name']`, `..name`, `@.kind`. @throws JsonPathError */
export function parsePath(text: string): Step[] {
  const steps: Step[] = []
  let rest = text.replace(/^[$@]/, '')
  while (rest !== '') {
    const [step, length] = stepOf(rest)
    steps.push(...step)
    rest = rest.slice(length)
  }
  return steps
}

function stepOf(rest: string): [Step[], number] {
  if (rest.startsWith('..')) {
    // `..[` and `..name` both look at everything below first.
    const isBracket = rest[2] === '['
    const [next, length]: [Step[], number] =
      isBracket || rest.length === 2 ? [[], 2] : fieldAt(rest.slice(2), 2)
    return [[{ is: 'descend' }, ...next], length]
  }
  if (rest.startsWith('.'))
    return rest.length === 1 ? [[], 1] : rest[1] === '[' ? [[], 1] : fieldAt(rest.slice(1), 1)
  if (rest.startsWith('[')) return bracketAt(rest)
  if (/^[A-Za-z_]/.test(rest)) return fieldAt(rest, 0)
  throw new JsonPathError(`unrecognized character in action: U+${codeOf(rest)} '${rest[0]}'`)
}

const codeOf = (text: string) => (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')

function fieldAt(text: string, before: number): [Step[], number] {
  const found = /^(?:[^.[\]\\\s,=<>!()'"]|\\.)+/.exec(text)?.[0]
  if (found === undefined)
    throw new JsonPathError(`unrecognized character in action: U+${codeOf(text)} '${text[0] ?? ''}'`)
  const name = found.replaceAll(/\\(.)/g, '$1')
  return [[name === '*' ? { is: 'wildcard' } : { is: 'field', name }], before + found.length]
}

function bracketAt(text: string): [Step[], number] {
  const close = closingBracket(text)
  const inside = text.slice(1, close).trim()
  return [[bracketStep(inside)], close + 1]
}

function closingBracket(text: string): number {
  let depth = 0
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (quote !== '') {
      if (char === '\\') at += 1
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '[') depth += 1
    else if (char === ']' && --depth === 0) return at
  }
  throw new JsonPathError('unterminated array')
}

const sliceForm = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/
const numberOr = (text: string | undefined) => (text === undefined || text === '' ? undefined : Number(text))

function bracketStep(inside: string): Step {
  if (inside === '*') return { is: 'wildcard' }
  if (inside.startsWith('?(') && inside.endsWith(')')) return filterOf(inside.slice(2, -1).trim())
  const words = splitAtCommas(inside)
  if (words.length > 1) return { is: 'union', paths: words.map((word) => [bracketStep(word)]) }
  if (/^'(?:[^'\\]|\\.)*'$/.test(inside)) return { is: 'field', name: unquoted(inside) }
  const match = sliceForm.exec(inside)
  if (!match || inside === '') throw new JsonPathError(`invalid array index ${inside}`)
  const isIndex = !inside.includes(':')
  const start = numberOr(match[1])
  return {
    is: 'slice',
    start,
    end: isIndex ? undefined : numberOr(match[2]),
    step: numberOr(match[3]),
    isIndex,
  }
}

function splitAtCommas(text: string): string[] {
  return (
    text
      .match(/'(?:[^'\\]|\\.)*'|[^,']+/g)
      ?.map((word) => word.trim())
      .filter((word) => word !== '') ?? [text]
  )
}

function filterOf(text: string): Step {
  const match = /^((?:'[^']*'|"[^"]*"|[^=!<>'"])+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/s.exec(text)
  if (!match) return { is: 'filter', left: operandOf(text), operator: 'exists', right: undefined }
  const [, left = '', operator = '', right = ''] = match
  return { is: 'filter', left: operandOf(left), operator, right: operandOf(right) }
}

function operandOf(given: string): Operand {
  const text = given.trim()
  if (/^(['"]).*\1$/s.test(text)) return { is: 'value', value: unquoted(text) }
  if (/^-?\d+(\.\d+)?$/.test(text)) return { is: 'value', value: Number(text) }
  if (text === 'true' || text === 'false') return { is: 'value', value: text === 'true' }
  return { is: 'path', steps: parsePath(text) }
}
