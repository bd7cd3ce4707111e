import { equal } from '#schema/equal'
import { invalidObject } from '#base/field-error'
import {
  compareLevels,
  isSameStandard,
  type Mode,
  policyOf,
  type SecurityPolicy,
  standardWords,
} from '#kinds/core/pod/security/policy'
import type { KubeObject } from '#schema/object'
import type { Admission } from '../plugin.ts'
import { existingPodWarnings } from './existing-pods.ts'
import type { PodSecuritySettings } from './settings.ts'

const modes: readonly Mode[] = ['enforce', 'audit', 'warn']

/** Checks the labels of a namespace, and tells what a stricter standard means for the pods that are there. */
export function checkNamespace(
  { call, operation, object, old }: Admission,
  settings: PodSecuritySettings,
  isExempt: (pod: KubeObject) => boolean,
): void {
  if (!object || call.info.subresource !== '') return
  const { policy: next, errors } = policyOf(object.metadata.labels, settings.defaults)
  const before = old && policyOf(old.metadata.labels, settings.defaults)
  // Labels that were wrong before may stay so.
  if (errors.length > 0 && !equal(errors, before?.errors ?? []))
    throw invalidObject(call.kind.group, call.kind.kind, object.metadata.name ?? '', errors)
  const isStricter = before === undefined || asksMore(next, before.policy)
  if (!isStricter || (operation !== 'CREATE' && next.enforce.level === 'privileged')) return
  const { name = '', labels } = object.metadata
  if (settings.exemptions.namespaces.includes(name))
    call.warnings.push(...exemptionWarnings(name, next, labels ?? {}, settings))
  else if (operation === 'UPDATE')
    call.warnings.push(...existingPodWarnings(call.core, name, next.enforce, isExempt))
}

const asksMore = ({ enforce: next }: SecurityPolicy, { enforce: old }: SecurityPolicy) =>
  !isSameStandard(next, old) && (next.version !== old.version || compareLevels(next.level, old.level) > 0)

const isFree = (policy: SecurityPolicy) => modes.every((mode) => policy[mode].level === 'privileged')

function exemptionWarnings(
  name: string,
  policy: SecurityPolicy,
  labels: Readonly<Record<string, string>>,
  { defaults }: PodSecuritySettings,
): string[] {
  if (isFree(policy) || modes.every((mode) => isSameStandard(policy[mode], defaults[mode]))) return []
  const isLabelled = (mode: Mode) =>
    [`pod-security.kubernetes.io/${mode}`, `pod-security.kubernetes.io/${mode}-version`].some(
      (key) => labels[key] !== undefined,
    )
  const asked = modes
    .filter((mode) => policy[mode].level !== 'privileged' && isLabelled(mode))
    .map((mode) => `${mode}=${standardWords(policy[mode])}`)
  return [
    `namespace ${JSON.stringify(name)} is exempt from Pod Security, and the policy (${asked.join(', ')}) will be ignored`,
  ]
}
