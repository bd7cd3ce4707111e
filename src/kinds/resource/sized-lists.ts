import { duplicate, type FieldError, tooMany } from '#base/field-error'

type Check<T> = (item: T, path: string) => Iterable<FieldError>

/** Faults of a list: too many items, which ends the search, or those of each item. */
export function* listErrors<T>(
  list: readonly T[],
  countMax: number,
  path: string,
  check: Check<T>,
): Iterable<FieldError> {
  if (list.length > countMax) yield tooMany(path, list.length, countMax)
  else for (const [i, item] of list.entries()) yield* check(item, `${path}[${i}]`)
}

/** The same of a list in which no two items may have the same key. */
export function* setErrors<T>(
  list: readonly T[],
  countMax: number,
  path: string,
  check: Check<T>,
  keyOf: (item: T) => string,
): Iterable<FieldError> {
  yield* listErrors(list, countMax, path, check)
  if (list.length > countMax) return
  const seen = new Set<string>()
  for (const [i, item] of list.entries()) {
    const key = keyOf(item)
    if (seen.has(key)) yield duplicate(`${path}[${i}]`, key)
    seen.add(key)
  }
}

/** A long key of a map, cut in its middle for a path. */
function shortened(key: string, lengthMax: number): string {
  if (key.length <= lengthMax) return key
  const rest = lengthMax - '...'.length
  return `${key.slice(0, Math.ceil(rest / 2))}...${key.slice(key.length - Math.floor(rest / 2))}`
}

/** Faults of a map's names, told of the map, and of its values, told of each. */
export function* mapErrors<T>(
  map: Readonly<Record<string, T>>,
  { countMax = Infinity, keyLengthMax }: { readonly countMax?: number; readonly keyLengthMax: number },
  path: string,
  checkName: Check<string>,
  check: Check<T>,
): Iterable<FieldError> {
  const entries = Object.entries(map)
  if (entries.length > countMax) yield tooMany(path, entries.length, countMax)
  else {
    for (const [key, value] of entries) {
      yield* checkName(key, path)
      yield* check(value, `${path}[${shortened(key, keyLengthMax)}]`)
    }
  }
}
