import { forbidden } from '#base/errors'
import type { SecuredPod } from '#kinds/core/pod/security/check'
import { faultsOf, faultWords } from '#kinds/core/pod/security/evaluate'
import { policyOf, type SecurityPolicy, type Standard, standardWords } from '#kinds/core/pod/security/policy'
import type { SecuredPods } from '#kinds/define'
import type { KubeObject } from '#schema/object'
import type { Core } from '../../call.ts'
import type { Admission, AdmissionPlugin } from '../plugin.ts'
import { checkNamespace } from './namespaces.ts'
import { type PodSecuritySettings, podSecurityDefaults } from './settings.ts'

const settingsOf = ({ parts }: Core): PodSecuritySettings => parts.options.podSecurity ?? podSecurityDefaults

/**
 * Holds pods to the Pod Security Standards that the labels of their namespace name: refuses pods, warns of pods and of
 * templates. See https://kubernetes.io/docs/concepts/security/pod-security-admission/.
 */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(admission) {
    const { kind, core } = admission.call
    const settings = settingsOf(core)
    if (kind.containsOthers) checkNamespace(admission, settings, isOfExemptClass(settings, core))
    else if (kind.securedPods) checkPod(admission, kind.securedPods, settings)
  },
}

/** Tells of pods whether they are left alone for their runtime class. */
const isOfExemptClass = ({ exemptions }: PodSecuritySettings, { registry }: Core) => {
  const secured = registry.all.find(({ kind }) => kind.securedPods?.isEnforced)?.kind.securedPods
  return (pod: KubeObject) => exemptions.runtimeClasses.includes(classOf(secured?.of(pod)))
}

const classOf = (pod: SecuredPod | undefined) => pod?.spec?.runtimeClassName ?? ''

function checkPod(
  { call, object, old }: Admission,
  secured: SecuredPods<KubeObject>,
  settings: PodSecuritySettings,
): void {
  const { info, user } = call
  const isLookedAt = info.subresource === '' || secured.subresources?.includes(info.subresource)
  const pod = object && secured.of(object)
  if (!object || !pod || !isLookedAt) return
  if (old && secured.isChanged?.(object, old) === false) return
  const namespace = object.metadata.namespace ?? ''
  const exemption = exemptionOf(settings, namespace, user?.name ?? '', classOf(pod))
  const note = (name: string, text: string) =>
    call.audit?.annotate(`pod-security.kubernetes.io/${name}`, text)
  if (exemption !== undefined) return note('exempt', exemption)
  const policy = policyIn(call.core, namespace, settings)
  if (secured.isEnforced) note('enforce-policy', standardWords(policy.enforce))
  const told = call.audit && violation('would violate', policy.audit, pod)
  if (told !== undefined) note('audit-violations', told)
  const why = secured.isEnforced ? violation('violates', policy.enforce, pod) : undefined
  if (why !== undefined) throw forbidden(call.resource.ref, object.metadata.name ?? '', why)
  const warning = violation('would violate', policy.warn, pod)
  if (warning !== undefined) call.warnings.push(warning)
}

/** Why a pod is left alone; undefined where it is not. */
function exemptionOf(
  { exemptions }: PodSecuritySettings,
  namespace: string,
  userName: string,
  runtimeClass: string,
): string | undefined {
  if (exemptions.namespaces.includes(namespace)) return 'namespace'
  if (exemptions.usernames.includes(userName)) return 'user'
  return exemptions.runtimeClasses.includes(runtimeClass) ? 'runtimeClass' : undefined
}

/** What is said of a pod that falls short of a standard; undefined when it does not. */
function violation(verb: string, standard: Standard, pod: SecuredPod): string | undefined {
  const faults = faultsOf(pod, standard)
  if (faults.length === 0) return undefined
  return `${verb} PodSecurity ${JSON.stringify(standardWords(standard))}: ${faultWords(faults)}`
}

function policyIn({ registry }: Core, namespace: string, { defaults }: PodSecuritySettings): SecurityPolicy {
  const namespaces = registry.all.find(({ kind }) => kind.containsOthers)
  return policyOf(namespaces?.peek('', namespace)?.object.metadata.labels, defaults).policy
}
