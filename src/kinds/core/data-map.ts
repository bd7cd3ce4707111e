import { compareBytes } from '#base/byte-order'
import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import { configMapKeyFaults } from '#schema/name-rules'
import { equal } from '#schema/equal'

/** ConfigMaps and Secrets hold at most this much. */
export const dataBytesMax = 1 << 20

type DataMap = Readonly<Record<string, string>> | undefined

/** Faults of the keys of a map of data; `also` adds some for each key. */
export function* keyErrors(
  data: DataMap,
  path: string,
  also: (key: string) => readonly string[] = () => [],
): Iterable<FieldError> {
  for (const key of Object.keys(data ?? {}).sort(compareBytes)) {
    for (const fault of [...configMapKeyFaults(key), ...also(key)]) {
      yield invalid(`${path}[${key}]`, key, fault)
    }
  }
}

/** The bytes that a base64 text stands for. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return (text.length / 4) * 3 - padding
}

/** The sum of the sizes of a map's values. */
export const sizeOf = (data: DataMap, bytesOf: (value: string) => number): number =>
  Object.values(data ?? {}).reduce((sum, value) => sum + bytesOf(value), 0)

type Sealable<Name extends string> = { readonly immutable?: boolean } & {
  readonly [name in Name]?: Readonly<Record<string, string>>
}

/** Faults of a change to an object that was made immutable: nothing of its data may change, nor may that be undone. */
export function* sealErrors<Name extends string>(
  next: Sealable<Name>,
  old: Sealable<Name>,
  names: readonly Name[],
): Iterable<FieldError> {
  if (!old.immutable) return
  const text = 'field is immutable when `immutable` is set'
  if (!next.immutable) yield fieldForbidden('immutable', text)
  for (const name of names) {
    if (!equal(next[name] ?? {}, old[name] ?? {})) yield fieldForbidden(name, text)
  }
}
