import type { RoleRef, Subject } from '#kinds/gen/rbac-v1'

/** A role that somebody has, by a binding. */
export interface BoundRole {
  /** The binding's. */
  readonly name: string
  /** Empty for a binding of the whole cluster. */
  readonly namespace: string
  readonly roleRef: RoleRef
  /** Of the binding's subjects, the one that is meant. */
  readonly subject: Subject
}

const byName = (a: BoundRole, b: BoundRole) => (a.name < b.name ? -1 : 1)

/** The roles that each user and each group is bound to, in each namespace and in the whole cluster. */
export class BoundRoles {
  /** Sorted by the binding's name: the same question gets the same answer. */
  readonly #byHolder = new Map<string, BoundRole[]>()
  /** The holders of each binding. */
  readonly #holders = new Map<string, readonly string[]>()

  /** Takes in a binding, instead of what was known of it. */
  put(name: string, namespace: string, roleRef: RoleRef, subjects: readonly Subject[]): void {
    this.remove(name, namespace)
    const holders: string[] = []
    for (const subject of subjects) {
      const holder = holderOf(subject, namespace)
      if (holder === undefined) continue
      const key = keyOf(namespace, holder)
      if (holders.includes(key)) continue
      holders.push(key)
      this.#insert(key, { name, namespace, roleRef, subject })
    }
    this.#holders.set(`${namespace}/${name}`, holders)
  }

  #insert(key: string, bound: BoundRole): void {
    const list = this.#byHolder.get(key)
    if (list === undefined) {
      this.#byHolder.set(key, [bound])
      return
    }
    const last = list.at(-1) as BoundRole
    list.push(bound)
    // Bindings mostly come in the order of their names.
    if (bound.name < last.name) list.sort(byName)
  }

  /** Forgets a binding. */
  remove(name: string, namespace: string): void {
    for (const key of this.#holders.get(`${namespace}/${name}`) ?? []) {
      const left = (this.#byHolder.get(key) ?? []).filter((bound) => bound.name !== name)
      if (left.length > 0) this.#byHolder.set(key, left)
      else this.#byHolder.delete(key)
    }
    this.#holders.delete(`${namespace}/${name}`)
  }

  /** Forgets all bindings of the whole cluster, or all of namespaces. */
  clear(isNamespaced: boolean): void {
    for (const map of [this.#holders, this.#byHolder]) {
      for (const key of Array.from(map.keys())) if (!key.startsWith('/') === isNamespaced) map.delete(key)
    }
  }

  /** What a user and groups are bound to in a namespace, or in the whole cluster. */
  *of(user: string, groups: readonly string[], namespace: string): Iterable<BoundRole> {
    const own = this.#byHolder.get(keyOf(namespace, `u:${user}`))
    if (own !== undefined) yield* own
    for (const group of groups) {
      const shared = this.#byHolder.get(keyOf(namespace, `g:${group}`))
      if (shared !== undefined) yield* shared
    }
  }
}

const keyOf = (namespace: string, holder: string) => `${namespace}/${holder}`

/** A service account is known by the name under which it comes as a user. */
function holderOf({ kind, name, namespace }: Subject, ownNamespace: string): string | undefined {
  if (kind === 'User') return `u:${name}`
  if (kind === 'Group') return `g:${name}`
  const where = (namespace ?? '') === '' ? ownNamespace : namespace
  return where === '' ? undefined : `u:system:serviceaccount:${where}:${name}`
}
