/** What the names of headers begin with whose values may hold commas although they come several times. */
export const linedPrefixes: readonly string[] = ['impersonate-']

/**
 * Joins the values of such headers by newlines, which no value can hold; others keep what Node.js has made of them.
 * `raw` has names and values in turn.
 */
export function withRepeated(
  headers: Record<string, string>,
  raw: readonly string[],
  prefixes: readonly string[],
): Record<string, string> {
  const isLined = (name: string) => prefixes.some((prefix) => name.startsWith(prefix))
  let joined: Record<string, string> | undefined
  const seen = new Set<string>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase()
    if (!isLined(name)) continue
    joined ??= { ...headers }
    joined[name] = seen.has(name) ? `${joined[name]}\n${raw[i + 1]}` : (raw[i + 1] as string)
    seen.add(name)
  }
  return joined ?? headers
}
