import { setMember } from './json.ts'

/** A deep copy of a JSON value. */
export function copy<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(copy) as T
  const out: Record<string, unknown> = {}
  for (const name in value) setMember(out, name, copy(value[name as keyof T]))
  return out as T
}
