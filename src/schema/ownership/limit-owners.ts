import { compareBytes } from '#base/byte-order'
import { union } from './field-set.ts'
import { identityOf, type Owner, type Owners, owning, secondsOf } from './owners.ts'

const updatersMax = 10
const oldManager = 'ancient-changes'

/** Merges the oldest owners by update into one of their version, so that no more than ten remain. */
export function limitOwners(owners: Owners): Owners {
  const updaters = [...owners].filter(([, { operation }]) => operation === 'Update')
  if (updaters.length <= updatersMax) return owners
  updaters.sort((a, b) => secondsOf(a[1]) - secondsOf(b[1]) || compareBytes(a[0], b[0]))
  const out = new Map(owners)
  const firstOf = new Map<string, string>()
  let count = updaters.length
  for (const [identity, owner] of updaters) {
    if (count <= updatersMax) break
    const first = firstOf.get(owner.apiVersion)
    if (first === undefined) firstOf.set(owner.apiVersion, identity)
    else {
      mergeInto(out, first, identity, owner)
      count--
    }
  }
  return out
}

/** Puts an owner's fields into its version's bucket, which begins as the first owner of that version. */
function mergeInto(owners: Map<string, Owner>, first: string, identity: string, owner: Owner): void {
  const bucket = { ...owner, manager: oldManager, subresource: '' }
  const name = identityOf(bucket)
  const held = owners.get(name) ?? owners.get(first)
  owners.delete(first)
  owners.delete(identity)
  owners.set(name, owning(bucket, union(owner.fields, held?.fields)) as Owner)
}
