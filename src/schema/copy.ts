import { setMember } from './json.ts'

/** A deep copy of a JSON value. */
export function copy<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(copy) as T
  const out: Record<string, unknown> = {}
  for (const name in value) {
    const one: unknown = value[name]
    const copied = one === null || typeof one !== 'object' ? one : copy(one)
    if (name === '__proto__') setMember(out, name, copied)
    else out[name] = copied
  }
  return out as T
}
