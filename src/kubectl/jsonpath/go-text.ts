import type { Json } from '#schema/object'

const names = (value: { [key: string]: Json }) => Object.keys(value).sort((a, b) => (a < b ? -1 : 1))

/** A value as Go prints it: `map[a:1 b:x]`, `[a b]`. */
export function goText(value: Json): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (typeof value === 'object')
    return `map[${names(value)
      .map((name) => `${name}:${goText(value[name] as Json)}`)
      .join(' ')}]`
  return `${value}`
}

/** A value as Go's syntax writes it, which upstream shows for debugging. */
export function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'object')
    return `map[string]interface {}{${names(value)
      .map((name) => `${JSON.stringify(name)}:${goSyntax(value[name] as Json)}`)
      .join(', ')}}`
  return typeof value === 'string' ? JSON.stringify(value) : `${value}`
}
