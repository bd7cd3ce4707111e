import type { ClusterRole, RoleBinding, RoleRef } from '#kinds/gen/rbac-v1'
import type { User } from '../../chain/filter.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Entry } from '../../watch-cache/entry.ts'
import { follow } from '../follow.ts'
import { type BoundRole, BoundRoles } from './bound-roles.ts'
import { type Rule, ruleOf } from './rule.ts'

/** The group of roles and bindings. */
export const rbacGroup = 'rbac.authorization.k8s.io'

/** All roles and who has them, as of the newest write that this server knows. */
export class Policy {
  /** By namespace and name; cluster roles have no namespace. */
  readonly #roles = new Map<string, readonly Rule[]>()
  readonly #bound = new BoundRoles()

  /** A policy that follows the caches of a server. */
  static following(registry: Registry): Policy {
    const policy = new Policy()
    for (const plural of ['clusterroles', 'roles']) {
      const cache = registry.inGroup(rbacGroup, plural)?.cache
      if (cache) follow(cache, policy.#roleFollower(plural === 'roles'))
    }
    for (const plural of ['clusterrolebindings', 'rolebindings']) {
      const cache = registry.inGroup(rbacGroup, plural)?.cache
      if (cache) follow(cache, policy.#bindingFollower(plural === 'rolebindings'))
    }
    return policy
  }

  #roleFollower(isNamespaced: boolean) {
    return {
      put: ({ namespace, name, object }: Entry) => {
        const { rules = [] } = object as unknown as ClusterRole
        this.#roles.set(`${namespace}/${name}`, rules.map(ruleOf))
      },
      remove: ({ namespace, name }: Entry) => void this.#roles.delete(`${namespace}/${name}`),
      clear: () => {
        for (const key of Array.from(this.#roles.keys()))
          if (key.startsWith('/') !== isNamespaced) this.#roles.delete(key)
      },
    }
  }

  #bindingFollower(isNamespaced: boolean) {
    return {
      put: ({ namespace, name, object }: Entry) => {
        const { roleRef, subjects = [] } = object as unknown as RoleBinding
        this.#bound.put(name, namespace, roleRef, subjects)
      },
      remove: ({ namespace, name }: Entry) => this.#bound.remove(name, namespace),
      clear: () => this.#bound.clear(isNamespaced),
    }
  }

  /** The rules of the role that a binding of a namespace names; undefined when there is none. */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly Rule[] | undefined {
    return this.#roles.get(`${kind === 'Role' ? namespace : ''}/${name}`)
  }

  /** Calls `visit` for each role that somebody has in a namespace and in the whole cluster, until it gives false. */
  visit(
    { name, groups }: User,
    namespace: string,
    visit: (bound: BoundRole, rules: readonly Rule[] | undefined) => boolean,
  ): void {
    for (const bound of this.#bound.of(name, groups, '')) {
      if (!visit(bound, this.rulesOf(bound.roleRef, ''))) return
    }
    if (namespace === '') return
    for (const bound of this.#bound.of(name, groups, namespace)) {
      if (!visit(bound, this.rulesOf(bound.roleRef, namespace))) return
    }
  }

  /** All rules that somebody has in a namespace, and what could not be found. */
  ownedBy(user: User, namespace: string): { rules: Rule[]; errors: string[] } {
    const seen = new Set<string>()
    const rules: Rule[] = []
    const errors: string[] = []
    this.visit(user, namespace, (bound, found) => {
      const key = `${bound.namespace}/${bound.name}`
      if (seen.has(key)) return true
      seen.add(key)
      if (found === undefined) errors.push(missingText(bound.roleRef))
      else rules.push(...found)
      return true
    })
    return { rules, errors }
  }
}

/** That a binding names a role which is not there. */
export const missingText = ({ kind, name }: RoleRef) =>
  `${kind.toLowerCase()}.${rbacGroup} ${JSON.stringify(name)} not found`
