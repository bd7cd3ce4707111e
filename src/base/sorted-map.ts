import { compareBytes, hasHighUnits, prefixEnd } from './byte-order.ts'

// A B+ tree whose nodes never change: a write copies the path from the root to one leaf and shares all the rest, so
// every version stays whole and a fork is a copied pointer. Each node knows its size, so ranks cost O(log n).

const most = 32
const least = 8

interface Leaf<V> {
  readonly keys: readonly string[]
  readonly values: readonly V[]
  readonly size: number
}

interface Inner<V> {
  /** The least key that may be in each child; the first is never compared. */
  readonly keys: readonly string[]
  readonly children: readonly Node<V>[]
  readonly size: number
}

type Node<V> = Leaf<V> | Inner<V>

const emptyLeaf: Leaf<never> = { keys: [], values: [], size: 0 }

/** An immutable map with string keys in the order of their UTF-8 bytes. Writes give a new map in about a microsecond. */
export class SortedMap<V> {
  readonly #root: Node<V>
  /** Some key has units that JavaScript's own string order puts in the wrong place. */
  readonly #high: boolean

  private constructor(root: Node<V>, high: boolean) {
    this.#root = root
    this.#high = high
  }

  static empty<V>(): SortedMap<V> {
    return new SortedMap<V>(emptyLeaf, false)
  }

  /** Builds a map from entries that are already in order, faster than one by one. */
  static fromSorted<V>(entries: Iterable<readonly [string, V]>): SortedMap<V> {
    let level: Node<V>[] = []
    let keys: string[] = []
    let values: V[] = []
    let high = false
    const endLeaf = () => {
      if (keys.length > 0) level.push({ keys, values, size: keys.length })
      keys = []
      values = []
    }
    for (const [key, value] of entries) {
      high ||= hasHighUnits(key)
      keys.push(key)
      values.push(value)
      if (keys.length === most) endLeaf()
    }
    endLeaf()
    while (level.length > 1) level = chunks(level).map((children) => inner(children))
    return new SortedMap<V>(level[0] ?? emptyLeaf, high)
  }

  get size(): number {
    return this.#root.size
  }

  get(key: string): V | undefined {
    const [leaf, at] = this.#find(key)
    return leaf.keys[at] === key ? leaf.values[at] : undefined
  }

  has(key: string): boolean {
    const [leaf, at] = this.#find(key)
    return leaf.keys[at] === key
  }

  /** This map with `key` standing for `value`. */
  set(key: string, value: V): SortedMap<V> {
    const map = this.#high || !hasHighUnits(key) ? this : new SortedMap(this.#root, true)
    const [left, right] = map.#insert(map.#root, key, value)
    return new SortedMap(right === undefined ? left : inner([left, right]), map.#high)
  }

  /** This map without `key`; itself when there is none. */
  delete(key: string): SortedMap<V> {
    let root = this.#remove(this.#root, key)
    if (root === this.#root) return this
    while ('children' in root && root.children.length === 1) root = root.children[0] as Node<V>
    return new SortedMap(root, this.#high)
  }

  /** The first entry at or after `from`. */
  first(from = ''): readonly [string, V] | undefined {
    let found: readonly [string, V] | undefined
    this.visit(from, undefined, (key, value) => {
      found = [key, value]
      return false
    })
    return found
  }

  /** Calls `visit` for the entries of [from, to) in order, until it gives false. */
  visit(from: string, to: string | undefined, visit: (key: string, value: V) => boolean | void): void {
    this.#visit(this.#root, from, to, visit)
  }

  /** The entries of [from, to) in order; without `to`, to the end. */
  *entries(from = '', to?: string): IterableIterator<readonly [string, V]> {
    const stack: { node: Node<V>; at: number }[] = []
    let node = this.#root
    while ('children' in node) {
      const at = this.#childAt(node, from)
      stack.push({ node, at: at + 1 })
      node = node.children[at] as Node<V>
    }
    stack.push({ node, at: this.#lowerBound(node.keys, from) })
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { node: current } = top
      if (top.at >= ('children' in current ? current.children.length : current.size)) {
        stack.pop()
      } else if ('children' in current) {
        stack.push({ node: current.children[top.at++] as Node<V>, at: 0 })
      } else {
        const key = current.keys[top.at] as string
        if (to !== undefined && !this.#before(key, to)) return
        yield [key, current.values[top.at++] as V]
      }
    }
  }

  /** The entries whose keys start with `prefix`, in order. */
  prefix(prefix: string): IterableIterator<readonly [string, V]> {
    return this.entries(prefix, prefixEnd(prefix))
  }

  /** How many keys are in [from, to), in O(log n). */
  count(from = '', to?: string): number {
    const below = from === '' ? 0 : this.#rank(from)
    const all = to === undefined ? this.size : this.#rank(to)
    return Math.max(0, all - below)
  }

  /** How many keys start with `prefix`, in O(log n). */
  countPrefix(prefix: string): number {
    return this.count(prefix, prefixEnd(prefix))
  }

  #before(a: string, b: string): boolean {
    return this.#high ? compareBytes(a, b) < 0 : a < b
  }

  /** The first index whose key is not before `key`. */
  #lowerBound(keys: readonly string[], key: string): number {
    let low = 0
    let end = keys.length
    while (low < end) {
      const middle = (low + end) >> 1
      if (this.#before(keys[middle] as string, key)) low = middle + 1
      else end = middle
    }
    return low
  }

  #childAt(node: Inner<V>, key: string): number {
    const at = this.#lowerBound(node.keys, key)
    return node.keys[at] === key ? at : Math.max(0, at - 1)
  }

  /** The leaf where `key` belongs, and its place there. */
  #find(key: string): [Leaf<V>, number] {
    let node = this.#root
    while ('children' in node) node = node.children[this.#childAt(node, key)] as Node<V>
    return [node, this.#lowerBound(node.keys, key)]
  }

  #rank(key: string): number {
    let node = this.#root
    let rank = 0
    while ('children' in node) {
      const at = this.#childAt(node, key)
      for (let i = 0; i < at; i++) rank += (node.children[i] as Node<V>).size
      node = node.children[at] as Node<V>
    }
    return rank + this.#lowerBound(node.keys, key)
  }

  #visit(
    node: Node<V>,
    from: string,
    to: string | undefined,
    visit: (key: string, value: V) => boolean | void,
  ): boolean {
    if ('children' in node) {
      for (let i = this.#childAt(node, from); i < node.children.length; i++) {
        if (!this.#visit(node.children[i] as Node<V>, from, to, visit)) return false
      }
      return true
    }
    for (let i = this.#lowerBound(node.keys, from); i < node.size; i++) {
      const key = node.keys[i] as string
      if (to !== undefined && !this.#before(key, to)) return false
      if (visit(key, node.values[i] as V) === false) return false
    }
    return true
  }

  #insert(node: Node<V>, key: string, value: V): [Node<V>, Node<V>?] {
    if (!('children' in node)) {
      const at = this.#lowerBound(node.keys, key)
      const known = node.keys[at] === key
      if (known) return [{ keys: node.keys, values: node.values.with(at, value), size: node.size }]
      return splitLeaf(spliced(node.keys, at, 0, key), spliced(node.values, at, 0, value))
    }
    const at = this.#childAt(node, key)
    const old = node.children[at] as Node<V>
    const [left, right] = this.#insert(old, key, value)
    if (right === undefined) {
      const size = node.size + left.size - old.size
      return [{ keys: node.keys, children: node.children.with(at, left), size }]
    }
    const children = spliced(node.children, at, 1, left, right)
    const keys = spliced(node.keys, at + 1, 0, firstKey(right))
    return splitInner(keys, children, node.size + left.size + right.size - old.size)
  }

  #remove(node: Node<V>, key: string): Node<V> {
    if (!('children' in node)) {
      const at = this.#lowerBound(node.keys, key)
      if (node.keys[at] !== key) return node
      return { keys: spliced(node.keys, at, 1), values: spliced(node.values, at, 1), size: node.size - 1 }
    }
    const at = this.#childAt(node, key)
    const old = node.children[at] as Node<V>
    const child = this.#remove(old, key)
    if (child === old) return node
    if (width(child) >= least || node.children.length === 1) {
      return { keys: node.keys, children: node.children.with(at, child), size: node.size - 1 }
    }
    const from = at === 0 ? 0 : at - 1
    const pair = at === 0 ? [child, node.children[1]] : [node.children[at - 1], child]
    const joined = join(pair[0] as Node<V>, pair[1] as Node<V>, node.keys[from + 1] as string)
    const children = spliced(node.children, from, 2, ...joined)
    const keys = spliced(node.keys, from + 1, 1, ...joined.slice(1).map(firstKey))
    return { keys, children, size: node.size - 1 }
  }
}

function spliced<T>(list: readonly T[], at: number, remove: number, ...add: T[]): T[] {
  const copy = list.slice()
  copy.splice(at, remove, ...add)
  return copy
}

const width = (node: Node<unknown>) => ('children' in node ? node.children.length : node.size)

/** The bound of a node: every key in it is at or after this one, every key before it is before. */
function firstKey(node: Node<unknown>): string {
  return node.keys[0] as string
}

function inner<V>(children: readonly Node<V>[]): Inner<V> {
  return {
    keys: children.map(firstKey),
    children,
    size: children.reduce((sum, child) => sum + child.size, 0),
  }
}

function splitLeaf<V>(keys: readonly string[], values: readonly V[]): [Leaf<V>, Leaf<V>?] {
  const { length } = keys
  if (length <= most) return [{ keys, values, size: length }]
  const half = length >> 1
  return [
    { keys: keys.slice(0, half), values: values.slice(0, half), size: half },
    { keys: keys.slice(half), values: values.slice(half), size: length - half },
  ]
}

function splitInner<V>(
  keys: readonly string[],
  children: readonly Node<V>[],
  size: number,
): [Inner<V>, Inner<V>?] {
  const { length } = children
  if (length <= most) return [{ keys, children, size }]
  const half = length >> 1
  const left = children.slice(0, half)
  const leftSize = left.reduce((sum, child) => sum + child.size, 0)
  return [
    { keys: keys.slice(0, half), children: left, size: leftSize },
    { keys: keys.slice(half), children: children.slice(half), size: size - leftSize },
  ]
}

/** Two neighbours as one node, or as two of about equal width. `bound` is the right one's least key. */
function join<V>(left: Node<V>, right: Node<V>, bound: string): Node<V>[] {
  if ('children' in left && 'children' in right) {
    const keys = [...left.keys, bound, ...right.keys.slice(1)]
    return both(splitInner(keys, [...left.children, ...right.children], left.size + right.size))
  }
  if ('children' in left || 'children' in right) throw new TypeError('leaves at different depths')
  return both(splitLeaf([...left.keys, ...right.keys], [...left.values, ...right.values]))
}

const both = <V>([left, right]: [Node<V>, Node<V>?]) => (right === undefined ? [left] : [left, right])

/** Cuts a row of nodes into rows of at most `most`, none of them under half of that. */
function chunks<T>(nodes: readonly T[]): T[][] {
  const count = Math.ceil(nodes.length / most)
  const rows: T[][] = []
  for (let i = 0; i < count; i++) {
    rows.push(
      nodes.slice(Math.floor((i * nodes.length) / count), Math.floor(((i + 1) * nodes.length) / count)),
    )
  }
  return rows
}
