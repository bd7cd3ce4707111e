/** The value at a dotted path of plain field names (`status.podIPs[0].ip`), or undefined when a step is missing. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object
  for (const step of path.split(/[.[]/)) {
    if (value === null || typeof value !== 'object') return undefined
    const key = step.endsWith(']') ? step.slice(0, -1) : step
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
  }
  return value
}
