/** A field selector that cannot be understood, in upstream's words. */
export class FieldSelectorSyntaxError extends Error {
  override readonly name = 'FieldSelectorSyntaxError'
}

/** One condition on a field of an object. */
export interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** Conditions that must all hold; none: everything is selected. */
export type FieldSelector = readonly FieldRequirement[]

/** Cuts at commas that no backslash escapes. */
function termsOf(text: string): string[] {
  return (text.match(/(?:\\.|[^\\,]|\\$)+/gs) ?? []).filter((term) => term !== '')
}

function unescape(value: string): string {
  let out = ''
  for (let i = 0; i < value.length; i++) {
    const char = value[i] as string
    if (char === ',' || char === '=') {
      throw new FieldSelectorSyntaxError(`invalid field selector: unescaped character in value: ${char}`)
    }
    if (char !== '\\') {
      out += char
      continue
    }
    const next = value[++i] ?? ''
    if (next === '' || !'\\,='.includes(next)) {
      throw new FieldSelectorSyntaxError(`invalid field selector: invalid escape sequence: \\${next}`)
    }
    out += next
  }
  return out
}

/** Reads `metadata.name=a,status.phase!=Running`. @throws FieldSelectorSyntaxError in upstream's words. */
export function parseFieldSelector(text: string): FieldSelector {
  return termsOf(text).map((term) => {
    const match = /^((?:\\.|[^\\!=]|!(?!=))*?)(!=|==|=)(.*)$/s.exec(term)
    if (!match) {
      throw new FieldSelectorSyntaxError(`invalid selector: '${text}'; can't understand '${term}'`)
    }
    const [, field, operator, value] = match as unknown as [string, string, string, string]
    return { field, operator: operator === '!=' ? '!=' : '=', value: unescape(value) }
  })
}

/** Whether an object's fields meet all conditions; `valueOf` gives the text of a field. */
export function selectsFields(selector: FieldSelector, valueOf: (field: string) => string): boolean {
  return selector.every(({ field, operator, value }) => (valueOf(field) === value) === (operator === '='))
}

/** The value that a selector asks of a field, when it asks for one. */
export function exactValue(selector: FieldSelector, field: string): string | undefined {
  return selector.find((one) => one.field === field && one.operator === '=')?.value
}

const escape = (value: string) => value.replaceAll(/[\\,=]/g, (char) => `\\${char}`)

/** A selector as upstream prints it. */
export const showFieldSelector = (selector: FieldSelector): string =>
  selector.map(({ field, operator, value }) => `${field}${operator}${escape(value)}`).join(',')
