import type { ClusterRole, PolicyRule } from '#kinds/gen/rbac-v1'
import { equal } from '#schema/equal'
import { selectorOf } from '#schema/label-selector'
import type { KubeObject } from '#schema/object'
import type { Core } from '../call.ts'
import { internalCall } from '../internal-call.ts'
import { ownedByWriter } from '../ownership/own.ts'
import { copyOf, type Resource } from '../registry/resource.ts'
import { changeObject } from '../verbs/update.ts'
import { rbacGroup } from './rbac/policy.ts'

const writer = 'clusterrole-aggregation-controller'
const retryMs = 1_000

/** The rules that a role gathers from others, each once; undefined for a role that gathers none. */
export function gatheredRules(role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] | undefined {
  if (role.aggregationRule === undefined) return undefined
  const rules: PolicyRule[] = []
  for (const selector of role.aggregationRule.clusterRoleSelectors ?? []) {
    const wanted = selectorOf(selector)
    for (const other of all) {
      if (other.metadata.name === role.metadata.name || wanted?.matches(other.metadata.labels) !== true)
        continue
      for (const rule of other.rules ?? []) if (!rules.some((one) => equal(one, rule))) rules.push(rule)
    }
  }
  return rules
}

/**
 * Keeps the rules of roles that gather those of others. Upstream leaves this to a controller beside the server, which
 * does no harm here: it would write the same. Resolves when all are current for the first time.
 */
export async function keepGathered(core: Core, isStopped: () => boolean): Promise<void> {
  const resource = core.registry.inGroup(rbacGroup, 'clusterroles')
  if (resource === undefined) return
  let isDue = false
  let running: Promise<void> | undefined
  const round = async () => {
    while (isDue && !isStopped()) {
      isDue = false
      if (!(await gatherAll(core, resource))) core.parts.clock.after(retryMs, wake, { unref: true })
    }
    running = undefined
  }
  const wake = () => {
    isDue = true
    running ??= Promise.resolve().then(round)
  }
  resource.cache.listen(wake, wake, () => {})
  wake()
  await running
}

/** Writes the roles whose rules are not what they gather; false where one could not be written. */
async function gatherAll(core: Core, resource: Resource): Promise<boolean> {
  const all = rolesOf(resource)
  let isWhole = true
  for (const role of all) {
    const rules = gatheredRules(role, all)
    if (rules === undefined || equal(rules, role.rules ?? [])) continue
    try {
      await write(core, resource, role.metadata.name as string)
    } catch (error) {
      isWhole = false
      core.parts.log.warn('Unable to gather the rules of a role, trying again', {
        name: role.metadata.name,
        err: (error as Error).message,
      })
    }
  }
  return isWhole
}

const rolesOf = (resource: Resource) =>
  Array.from(resource.cache.current.entries(), ([, { object }]) => object as unknown as ClusterRole)

async function write(core: Core, resource: Resource, name: string): Promise<void> {
  const call = internalCall(core, resource, 'PUT', name)
  const own = ownedByWriter(call, writer)
  const next = (old: KubeObject) => {
    const rules = gatheredRules(old as unknown as ClusterRole, rolesOf(resource))
    return copyOf(rules === undefined ? old : ({ ...old, rules } as KubeObject))
  }
  await changeObject(call, next, { dryRun: false, isRetried: true, own })
}
