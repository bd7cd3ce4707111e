/** The parts of a JSON pointer (RFC 6901); undefined for the pointer to the whole document, which patches cannot name. */
export function pointerParts(pointer: string): string[] | undefined {
  const parts = pointer.split('/')
  if (parts.length < 2) return undefined
  return parts.slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
