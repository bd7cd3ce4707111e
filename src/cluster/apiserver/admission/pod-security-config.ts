import type { PodSecuritySettings } from '#apiserver'
import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import {
  levelFault,
  type Mode,
  readLevel,
  readVersion,
  type SecurityPolicy,
  type Standard,
  versionFault,
} from '#kinds/core/pod/security/policy'
import { type Members, unknownFields } from './members.ts'

const versions = ['v1', 'v1beta1', 'v1alpha1'].map(
  (version) => `pod-security.admission.config.k8s.io/${version}`,
)
const modes: readonly Mode[] = ['enforce', 'audit', 'warn']
const exemptions = ['usernames', 'namespaces', 'runtimeClasses'] as const

/** Everything wrong with a PodSecurityConfiguration. */
export function* podSecurityErrors(config: Members): Iterable<FieldError> {
  if (config['kind'] !== 'PodSecurityConfiguration' || !versions.includes(config['apiVersion'] as string))
    yield invalid('kind', config['kind'], `it is no PodSecurityConfiguration of ${versions[0]}`)
  yield* unknownFields(config, ['kind', 'apiVersion', 'defaults', 'exemptions'], '')
  yield* defaultsErrors((config['defaults'] ?? {}) as Members)
  yield* exemptionErrors((config['exemptions'] ?? {}) as Members)
}

function* defaultsErrors(defaults: Members): Iterable<FieldError> {
  yield* unknownFields(
    defaults,
    modes.flatMap((mode) => [mode, `${mode}-version`]),
    'defaults',
  )
  for (const mode of modes) {
    const level = defaults[mode] ?? 'privileged'
    const version = defaults[`${mode}-version`] ?? 'latest'
    if (typeof level !== 'string' || readLevel(level) === undefined)
      yield invalid(`defaults.${mode}`, level, levelFault)
    if (typeof version !== 'string' || readVersion(version) === undefined)
      yield invalid(`defaults.${mode}-version`, version, versionFault)
  }
}

function* exemptionErrors(given: Members): Iterable<FieldError> {
  yield* unknownFields(given, exemptions, 'exemptions')
  for (const name of exemptions) {
    const values = given[name] ?? []
    if (!Array.isArray(values)) {
      yield invalid(`exemptions.${name}`, values, 'it takes a list of names')
      continue
    }
    for (const [i, value] of values.entries()) {
      const path = `exemptions.${name}[${i}]`
      if (typeof value !== 'string' || value === '') yield invalid(path, value, 'it takes a name')
      else if (values.indexOf(value) < i) yield fieldForbidden(path, 'it is named before')
    }
  }
}

/** What a PodSecurityConfiguration without errors says. */
export function podSecuritySettings(config: Members): PodSecuritySettings {
  const defaults = (config['defaults'] ?? {}) as Readonly<Record<string, string>>
  const given = (config['exemptions'] ?? {}) as Partial<PodSecuritySettings['exemptions']>
  const standard = (mode: Mode): Standard => ({
    level: readLevel(defaults[mode] ?? '') ?? 'privileged',
    version: readVersion(defaults[`${mode}-version`] ?? '') ?? 'latest',
  })
  const policy: SecurityPolicy = {
    enforce: standard('enforce'),
    audit: standard('audit'),
    warn: standard('warn'),
  }
  return {
    defaults: policy,
    exemptions: { usernames: [], namespaces: [], runtimeClasses: [], ...given },
  }
}
