import { compareBytes } from '#base/byte-order'

/** The members of a mapping by the order of their names' bytes. */
export const byteOrder = (map: Readonly<Record<string, string>> | undefined): [string, string][] =>
  Object.entries(map ?? {}).sort(([a], [b]) => compareBytes(a, b))
