/**
 * A set of fields in the form that FieldsV1 writes: members by path element (path-element.ts). A member without members
 * of its own is a field in the set; so is one that holds `.` beside others. The empty set is undefined, never `{}`.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet
}

/** A set, or nothing. */
export type Fields = FieldSet | undefined

/** The member of a set's member that says: this field itself is in the set, not only fields in it. */
export const self = '.'

/** A field of its own, with nothing in it. */
export const leaf: FieldSet = Object.freeze({})

/** True when the field of this node is in the set itself. */
export function isMember(node: Fields): boolean {
  if (node === undefined) return false
  for (const element in node) return node[self] !== undefined || element === self
  return true
}

/** The node of a field: whether it is in the set, and which fields in it are. */
export function nodeOf(isOwn: boolean, children: Fields): Fields {
  if (children === undefined) return isOwn ? leaf : undefined
  return isOwn ? { [self]: leaf, ...children } : children
}

/** Puts together the children that `pick` gives for elements, leaving out those that come to nothing. */
function collect(elements: Iterable<string>, pick: (element: string) => Fields): Fields {
  let out: Record<string, FieldSet> | undefined
  for (const element of elements) {
    const node = element === self ? undefined : pick(element)
    if (node !== undefined) (out ??= {})[element] = node
  }
  return out
}

/** The fields of either set. */
export function union(a: Fields, b: Fields): Fields {
  if (a === undefined || a === b) return b
  if (b === undefined) return a
  const isOwn = isMember(a) || isMember(b)
  return nodeOf(
    isOwn,
    collect(new Set([...Object.keys(a), ...Object.keys(b)]), (one) => union(a[one], b[one])),
  )
}

/** The fields of both sets. */
export function intersection(a: Fields, b: Fields): Fields {
  if (a === undefined || b === undefined) return undefined
  const isOwn = isMember(a) && isMember(b)
  return nodeOf(
    isOwn,
    collect(Object.keys(a), (one) => intersection(a[one], b[one])),
  )
}

/** The fields of `a` that are not in `b`; fields inside those of `b` stay. Gives `a` itself when nothing goes. */
export function difference(a: Fields, b: Fields): Fields {
  if (a === undefined || b === undefined) return a
  const isOwn = isMember(a)
  const keepsOwn = isOwn && !isMember(b)
  let isSame = keepsOwn === isOwn
  const children = collect(Object.keys(a), (one) => {
    const rest = difference(a[one], b[one])
    if (rest !== a[one]) isSame = false
    return rest
  })
  return isSame ? a : nodeOf(keepsOwn, children)
}

/** The fields of `a` that are neither in `b` nor inside a field of `b`. */
export function without(a: Fields, b: Fields): Fields {
  if (a === undefined || b === undefined) return a
  if (isMember(b)) return undefined
  return nodeOf(
    isMember(a),
    collect(Object.keys(a), (one) => without(a[one], b[one])),
  )
}

/** Stands for every element in a pattern of fields. */
export const anyElement = '*'

/**
 * The fields of `a` that a pattern names, those on the way to them, and all inside them; every field where there is no
 * pattern.
 */
export function within(a: Fields, pattern: Fields): Fields {
  if (a === undefined || pattern === undefined || isMember(pattern)) return a
  const children = collect(Object.keys(a), (one) => {
    const below = pattern[one] ?? pattern[anyElement]
    return below && within(a[one], below)
  })
  return nodeOf(isMember(a), children)
}

/** The set of one field. */
export const fieldAt = (path: readonly string[]): FieldSet =>
  path.reduceRight<FieldSet>((inner, element) => ({ [element]: inner }), leaf)

/** True when the field at the path is in the set. */
export function hasField(set: Fields, path: readonly string[]): boolean {
  let node = set
  for (const element of path) node = node?.[element]
  return isMember(node)
}
