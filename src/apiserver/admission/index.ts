import type { Clock } from '#base/clock'
import { alwaysAdmit, alwaysDeny } from './always.ts'
import {
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
} from './certificates/certificate-plugins.ts'
import { defaultClassPlugin } from './default-class.ts'
import { eventRateLimit } from './event-rate/event-rate-limit.ts'
import type { EventLimit } from './event-rate/settings.ts'
import { inUseProtection } from './in-use-protection.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { nodeRestriction } from './node-restriction/node-restriction.ts'
import { othersPlugin } from './others-plugin.ts'
import { ownerReferences } from './owner-references.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { podSecurity } from './pod-security/pod-security.ts'

/** All plugins of a server, in the order in which they run. */
const pluginsOf = (limits: readonly EventLimit[], clock: Pick<Clock, 'now'>): readonly AdmissionPlugin[] => [
  alwaysAdmit,
  namespaceLifecycle,
  othersPlugin('LimitRanger'),
  othersPlugin('ServiceAccount'),
  nodeRestriction,
  othersPlugin('TaintNodesByCondition'),
  othersPlugin('AlwaysPullImages'),
  podSecurity,
  othersPlugin('Priority'),
  othersPlugin('DefaultTolerationSeconds'),
  defaultClassPlugin('DefaultStorageClass'),
  eventRateLimit(limits, clock),
  othersPlugin('ExtendedResourceToleration'),
  inUseProtection,
  ownerReferences,
  othersPlugin('PersistentVolumeClaimResize'),
  othersPlugin('RuntimeClass'),
  defaultClassPlugin('DefaultIngressClass'),
  othersPlugin('DenyServiceExternalIPs'),
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  alwaysDeny,
]

/** The names of all plugins, in the order in which they run. */
export const pluginNames: readonly string[] = pluginsOf([], { now: () => 0 }).map(({ name }) => name)

/** The plugins that a server is to have, in running order. @throws Error for a name that no plugin has. */
export function pluginsNamed(
  names: readonly string[],
  eventLimits: readonly EventLimit[],
  clock: Pick<Clock, 'now'>,
): readonly AdmissionPlugin[] {
  const unknown = names.find((name) => !pluginNames.includes(name))
  if (unknown !== undefined)
    throw new Error(
      `admission plugin ${JSON.stringify(unknown)} is unknown; known are ${pluginNames.join(', ')}`,
    )
  return pluginsOf(eventLimits, clock).filter((plugin) => names.includes(plugin.name))
}
