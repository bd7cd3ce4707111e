// Random objects of a kind: a sound one with some fields drawn anew, well-typed and not always allowed.
import fc from 'fast-check'
import type { Random } from '#base/random'
import type { KindDef } from '#kinds/define'
import { copy } from '#schema/copy'
import type { Json, KubeObject } from '#schema/object'
import { isPlainObject } from '#schema/plain'
import { arbitraryObject } from './arbitrary-object.ts'
import { sampleOf } from './kind-samples.ts'
import { seededRandom } from './seeded-random.ts'

type Members = { [key: string]: Json }
/** A value and where it stands: names of members, numbers of elements. */
type Leaf = readonly [path: readonly (string | number)[], value: Json]

const depth = 6
/** More than this many fields drawn anew, and hardly any object is allowed. */
const changesMax = 3

/** So many random objects of a kind, the same for the same seed. */
export function variantsOf(kind: KindDef, count: number, seed: number): KubeObject[] {
  const random = seededRandom(seed)
  const sources = fc.sample(arbitraryObject(kind.type, depth), { numRuns: count, seed })
  return sources.map((source) => variant(kind, source, random))
}

function variant(kind: KindDef, source: Members, random: Random): KubeObject {
  const object = copy(sampleOf(kind)) as KubeObject
  const { metadata: _, kind: __, apiVersion: ___, ...rest } = source
  const leaves = [...leavesOf(rest, [])]
  const changes = Math.min(leaves.length, 1 + Math.floor(random.next() * changesMax))
  for (let i = 0; i < changes; i++) {
    const [path, value] = leaves[Math.floor(random.next() * leaves.length)] as Leaf
    put(object as unknown as Members, path, value)
  }
  return object
}

function* leavesOf(value: Json, path: Leaf[0]): Generator<Leaf> {
  const inner = Array.isArray(value) ? value.entries() : isPlainObject(value) ? Object.entries(value) : []
  let isLeaf = true
  for (const [key, one] of inner) {
    isLeaf = false
    yield* leavesOf(one as Json, [...path, key])
  }
  if (isLeaf && path.length > 0) yield [path, value]
}

/** Sets a value, and makes what is missing on the way; a list grows by one at most. */
function put(object: Members, path: Leaf[0], value: Json): void {
  let place: Members | Json[] = object
  for (const [i, key] of path.entries()) {
    const at: string | number = Array.isArray(place) ? Math.min(Number(key), place.length) : key
    const held = (place as Members)[at]
    const next = path[i + 1]
    if (next === undefined) (place as Members)[at] = value
    else if (
      Array.isArray(held) !== (typeof next === 'number') ||
      held === null ||
      typeof held !== 'object'
    ) {
      ;(place as Members)[at] = typeof next === 'number' ? [] : {}
    }
    place = (place as Members)[at] as Members | Json[]
  }
}
