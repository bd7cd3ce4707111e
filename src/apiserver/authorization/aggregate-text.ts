/** Several faults in one text, each told once, as upstream joins them. */
export function aggregateText(texts: readonly string[]): string {
  const different = [...new Set(texts)]
  return different.length === 1 ? (different[0] as string) : `[${different.join(', ')}]`
}
