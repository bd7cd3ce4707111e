import { compareBytes } from '#base/byte-order'
import { type FieldError, invalid } from '#base/field-error'
import { SelectorSyntaxError, SelectorTokens } from './label-selector-tokens.ts'
import { labelValueFaults, qualifiedNameFaults } from './name-rules.ts'

export { SelectorSyntaxError } from './label-selector-tokens.ts'

/** How the value of a label is compared. */
export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

/** One condition on the labels of an object. */
export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}

/** Conditions that must all hold; without any, everything is selected. */
export class LabelSelector {
  /** Sorted by key. */
  readonly requirements: readonly Requirement[]

  constructor(requirements: readonly Requirement[]) {
    this.requirements = requirements.toSorted((a, b) => compareBytes(a.key, b.key))
  }

  /** Whether labels meet all conditions. */
  matches(labels: Labels): boolean {
    for (const one of this.requirements) if (!meets(labels, one)) return false
    return true
  }

  /** The selector as upstream prints it. */
  toString(): string {
    return this.requirements.map(showRequirement).join(',')
  }
}

/** meta/v1 LabelSelector, as objects carry it. */
export interface LabelSelectorObject {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

type Labels = Readonly<Record<string, string>> | undefined

/** @throws SelectorSyntaxError that joins all faults as upstream's aggregate does; passes when there are none. */
function refuseFaults(faults: readonly FieldError[]): void {
  if (faults.length === 0) return
  const texts = faults.map(({ path, body }) => `${path}: ${body}`)
  throw new SelectorSyntaxError(texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`)
}

const isInt64 = (text: string) =>
  /^[+-]?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)

const keyFaults = (path: string, key: string) => {
  const faults = qualifiedNameFaults(key)
  return faults.length === 0 ? [] : [invalid(path, key, faults.join('; '))]
}

/** What is wrong with how many values an operator has, and with numbers that are none. */
function operatorFaults(operator: Operator, values: readonly string[]): FieldError[] {
  const wrong = (detail: string) => [invalid('values', values, detail)]
  if (operator === 'in' || operator === 'notin') {
    return values.length > 0 ? [] : wrong("for 'in', 'notin' operators, values set can't be empty")
  }
  if (operator === 'exists' || operator === '!') {
    return values.length === 0 ? [] : wrong('values set must be empty for exists and does not exist')
  }
  const isOrder = operator === 'gt' || operator === 'lt'
  if (values.length !== 1) {
    return wrong(
      isOrder
        ? "for 'Gt', 'Lt' operators, exactly one value is required"
        : 'exact-match compatibility requires one single value',
    )
  }
  if (!isOrder || isInt64(values[0] as string)) return []
  return [invalid('values[0]', values[0], "for 'Gt', 'Lt' operators, the value must be an integer")]
}

function requirement(key: string, operator: Operator, given: Iterable<string>): Requirement {
  const values = [...new Set(given)].sort(compareBytes)
  refuseFaults([
    ...keyFaults('key', key),
    ...operatorFaults(operator, values),
    ...values.flatMap((value, i) => {
      const faults = labelValueFaults(value)
      return faults.length === 0 ? [] : [invalid(`values[${i}][${key}]`, value, faults.join('; '))]
    }),
  ])
  return { key, operator, values }
}

/** Reads `app=web,tier in (a,b),!old`. @throws SelectorSyntaxError in upstream's words. */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = new SelectorTokens(text)
  const requirements: Requirement[] = []
  for (;;) {
    const { kind, text: found } = tokens.peek()
    if (kind === 'end') return new LabelSelector(requirements)
    if (kind !== 'identifier' && kind !== '!') {
      throw new SelectorSyntaxError(`found '${found}', expected: !, identifier, or 'end of string'`)
    }
    requirements.push(readRequirement(tokens))
    if (readsEnd(tokens)) return new LabelSelector(requirements)
  }
}

function readsEnd(tokens: SelectorTokens): boolean {
  const { kind, text } = tokens.take()
  if (kind === 'end') return true
  if (kind !== ',') throw new SelectorSyntaxError(`found '${text}', expected: ',' or 'end of string'`)
  const next = tokens.peek()
  if (next.kind !== 'identifier' && next.kind !== '!') {
    throw new SelectorSyntaxError(`found '${next.text}', expected: identifier after ','`)
  }
  return false
}

function readRequirement(tokens: SelectorTokens): Requirement {
  try {
    const isAbsent = tokens.peek().kind === '!'
    if (isAbsent) tokens.take()
    const { kind, text: key } = tokens.take()
    if (kind !== 'identifier') throw new SelectorSyntaxError(`found '${key}', expected: identifier`)
    // Upstream has no path for the key of a selector in a text, and prints that.
    refuseFaults(keyFaults('<nil>', key))
    const next = tokens.peek().kind
    if (isAbsent) return requirement(key, '!', [])
    if (next === 'end' || next === ',') return requirement(key, 'exists', [])
    const operator = tokens.takeOperator()
    return requirement(key, operator, tokens.takeValues(operator === 'in' || operator === 'notin'))
  } catch (cause) {
    if (!(cause instanceof SelectorSyntaxError)) throw cause
    throw new SelectorSyntaxError(`unable to parse requirement: ${cause.message}`, { cause })
  }
}

function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
      return value !== undefined && isInt64(value) && BigInt(value) > BigInt(values[0] as string)
    case 'lt':
      return value !== undefined && isInt64(value) && BigInt(value) < BigInt(values[0] as string)
  }
}

const signs = { '=': '=', '==': '==', '!=': '!=', gt: '>', lt: '<', in: ' in ', notin: ' notin ' } as const

function showRequirement({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  const list = values.join(',')
  return `${key}${signs[operator]}${operator === 'in' || operator === 'notin' ? `(${list})` : list}`
}

const objectOperators: Readonly<Record<string, Operator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
}

/** The conditions of a LabelSelector object. An absent one selects nothing: undefined. @throws SelectorSyntaxError. */
export function selectorOf(object: LabelSelectorObject | undefined | null): LabelSelector | undefined {
  if (object === undefined || object === null) return undefined
  const equal = Object.entries(object.matchLabels ?? {}).map(([key, value]) => requirement(key, '=', [value]))
  const rest = (object.matchExpressions ?? []).map(({ key, operator, values }) => {
    const known = objectOperators[operator]
    if (known === undefined) {
      throw new SelectorSyntaxError(`${JSON.stringify(operator)} is not a valid label selector operator`)
    }
    return requirement(key, known, values ?? [])
  })
  return new LabelSelector([...equal, ...rest])
}
