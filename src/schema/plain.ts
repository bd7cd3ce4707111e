import type { Json } from './object.ts'

/** True for a JSON object: no array, no null, no scalar. */
export function isPlainObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
