/** Headers whose values may hold commas although they come several times. */
const isOnLines = (name: string) => name.startsWith('impersonate-')

/**
 * Joins the values of such headers by newlines, which no value can hold; others keep what Node.js has made of them.
 * `raw` has names and values in turn.
 */
export function withRepeated(
  headers: Record<string, string>,
  raw: readonly string[],
): Record<string, string> {
  if (headers['impersonate-user'] === undefined) return headers
  const joined = { ...headers }
  const seen = new Set<string>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase()
    if (!isOnLines(name)) continue
    joined[name] = seen.has(name) ? `${joined[name]}\n${raw[i + 1]}` : (raw[i + 1] as string)
    seen.add(name)
  }
  return joined
}
