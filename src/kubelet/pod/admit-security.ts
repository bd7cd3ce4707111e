import { existsSync, readFileSync } from 'node:fs'
import type { Pod } from '#kinds/gen/core-v1'
import { appArmorOf } from '../env/security.ts'
import type { Rejection } from './admit-pod.ts'
import { forbiddenSysctl } from './sysctls.ts'

/** What a node can do, and allows, to confine pods. */
export interface SecurityFacts {
  readonly allowedSysctls: readonly string[]
  readonly hasAppArmor: boolean
  /** Undefined while the runtime has not said. */
  readonly hasGroupsPolicy: boolean | undefined
}

/** Why a node cannot confine a pod as it asks, in upstream's words; undefined when it can. */
export function securityRejection(pod: Pod, facts: SecurityFacts): Rejection | undefined {
  const sysctl = forbiddenSysctl(pod, facts.allowedSysctls)
  if (sysctl !== undefined) return { reason: 'SysctlForbidden', message: sysctl }
  if (asksStrictGroups(pod) && facts.hasGroupsPolicy === false)
    return { reason: 'SupplementalGroupsPolicyNotSupported', message: noGroupsPolicy }
  if (asksAppArmor(pod) && !facts.hasAppArmor)
    return {
      reason: 'AppArmor',
      message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host',
    }
  return undefined
}

/** What is said where processes cannot be kept out of their image's groups. */
export const noGroupsPolicy = 'SupplementalGroupsPolicy=Strict is not supported in this node'

/** True for a pod whose processes may be in no groups but those that it names. */
export const asksStrictGroups = ({ spec }: Pod): boolean =>
  spec?.securityContext?.supplementalGroupsPolicy === 'Strict'

const asksAppArmor = (pod: Pod) =>
  [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].some(
    (container) => (appArmorOf(pod, container)?.type ?? 'Unconfined') !== 'Unconfined',
  )

/** Whether this machine's kernel has AppArmor, and uses it. */
export function hasAppArmor(
  folder = '/sys/kernel/security/apparmor',
  enabled = '/sys/module/apparmor/parameters/enabled',
): boolean {
  return existsSync(folder) && existsSync(enabled) && readFileSync(enabled, 'utf8').startsWith('Y')
}
