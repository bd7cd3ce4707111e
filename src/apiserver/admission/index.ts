import { alwaysAdmit, alwaysDeny } from './always.ts'
import { defaultClassPlugin } from './default-class.ts'
import { inUseProtection } from './in-use-protection.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { nodeRestriction } from './node-restriction/node-restriction.ts'
import { othersPlugin } from './others-plugin.ts'
import { ownerReferences } from './owner-references.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { podSecurity } from './pod-security/pod-security.ts'

/** All plugins, in the order in which they run. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
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
  othersPlugin('ExtendedResourceToleration'),
  inUseProtection,
  ownerReferences,
  othersPlugin('PersistentVolumeClaimResize'),
  othersPlugin('RuntimeClass'),
  defaultClassPlugin('DefaultIngressClass'),
  othersPlugin('DenyServiceExternalIPs'),
  alwaysDeny,
]

/** The names of all plugins, in the order in which they run. */
export const pluginNames: readonly string[] = admissionPlugins.map(({ name }) => name)

/** The plugins of these names, in running order. @throws Error for a name that no plugin has. */
export function pluginsNamed(names: readonly string[]): readonly AdmissionPlugin[] {
  const unknown = names.filter((name) => admissionPlugins.every((plugin) => plugin.name !== name))
  if (unknown.length > 0) {
    const known = admissionPlugins.map((plugin) => plugin.name).join(', ')
    throw new Error(
      `enable-admission-plugins plugin ${JSON.stringify(unknown[0])} is unknown; known are ${known}`,
    )
  }
  return admissionPlugins.filter((plugin) => names.includes(plugin.name))
}
