// Profiles that confine a pod's processes: AppArmor, SELinux, seccomp.
import type { SELinuxOptions } from '../../../gen/core-v1.ts'
import {
  type Check,
  containersOf,
  counted,
  type Fault,
  isWindows,
  namesOf,
  quoted,
  type SecuredPod,
  setterWords,
  sorted,
} from './check.ts'

type Context = { readonly [field in 'appArmorProfile' | 'seccompProfile']?: { readonly type: string } }

/** Values of a profile's type that are not allowed, and who set them. */
function badTypes(pod: SecuredPod, field: keyof Context) {
  const isBad = (context: Context | undefined) =>
    context?.[field] !== undefined && !['RuntimeDefault', 'Localhost'].includes(context[field].type)
  const ofPod = pod.spec?.securityContext
  const names = namesOf(pod, ({ securityContext }) => isBad(securityContext))
  const contexts = [ofPod, ...containersOf(pod).map(({ securityContext }) => securityContext)]
  return {
    setters: setterWords(isBad(ofPod), names),
    values: sorted(contexts.filter(isBad).map((context) => context?.[field]?.type ?? '')),
  }
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'
const isAppArmorAllowed = (value: string) =>
  value === '' || value === 'runtime/default' || value.startsWith('localhost/')

const appArmor: Check = {
  id: 'appArmorProfile',
  level: 'baseline',
  since: 0,
  check(pod) {
    const { setters, values } = badTypes(pod, 'appArmorProfile')
    const noted = Object.entries(pod.metadata?.annotations ?? {})
      .filter(([key, value]) => key.startsWith(appArmorPrefix) && !isAppArmorAllowed(value))
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    const all = [...values, ...sorted(noted)]
    if (all.length === 0) return undefined
    const who = [setters, noted.length > 0 ? counted(noted, 'annotation') : ''].filter((word) => word !== '')
    return {
      reason: counted(all, 'forbidden AppArmor profile'),
      detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(all)}`,
    }
  },
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t']

const seLinux: Check = {
  id: 'seLinuxOptions',
  level: 'baseline',
  since: 0,
  check(pod, minor) {
    const types = minor >= 31 ? [...seLinuxTypes, 'container_engine_t'] : seLinuxTypes
    const isBad = (options: SELinuxOptions | undefined) =>
      options !== undefined && (!types.includes(options.type ?? '') || !!options.user || !!options.role)
    const ofPod = pod.spec?.securityContext?.seLinuxOptions
    const ofContainers = containersOf(pod).map(({ securityContext }) => securityContext?.seLinuxOptions)
    const names = namesOf(pod, ({ securityContext }) => isBad(securityContext?.seLinuxOptions))
    const setters = setterWords(isBad(ofPod), names)
    if (setters === '') return undefined
    const all = [ofPod, ...ofContainers].filter((options) => options !== undefined)
    const bad = sorted(all.flatMap(({ type = '' }) => (types.includes(type) ? [] : [type])))
    const faults = [
      ...(bad.length > 0 ? [`${counted(bad, 'type')} ${quoted(bad)}`] : []),
      ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
    ]
    return {
      reason: 'seLinuxOptions',
      detail: `${setters} set forbidden securityContext.seLinuxOptions: ${faults.join('; ')}`,
    }
  },
}

const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
const isSeccompAllowed = (value: string) =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')

/** Before 1.19 the profile stood in annotations. */
function annotatedSeccomp(pod: SecuredPod): Fault | undefined {
  const keys = [seccompPod, ...containersOf(pod).map(({ name }) => seccompContainer + name)]
  const bad = sorted(
    keys.flatMap((key) => {
      const value = pod.metadata?.annotations?.[key]
      return value === undefined || isSeccompAllowed(value) ? [] : [`${key}=${JSON.stringify(value)}`]
    }),
  )
  if (bad.length === 0) return undefined
  return { reason: 'seccompProfile', detail: `forbidden ${counted(bad, 'annotation')} ${bad.join(', ')}` }
}

function explicitSeccomp(pod: SecuredPod): Fault | undefined {
  const { setters, values } = badTypes(pod, 'seccompProfile')
  if (setters === '') return undefined
  const detail = `${setters} must not set securityContext.seccompProfile.type to ${quoted(values)}`
  return { reason: 'seccompProfile', detail }
}

const seccomp: Check = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  since: 0,
  check: (pod, minor) => (minor < 19 ? annotatedSeccomp(pod) : explicitSeccomp(pod)),
}

const seccompRequired: Check = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  since: 19,
  replaces: 'seccompProfile_baseline',
  check(pod, minor) {
    if (minor >= 25 && isWindows(pod)) return undefined
    const explicit = explicitSeccomp(pod)
    if (explicit || pod.spec?.securityContext?.seccompProfile) return explicit
    const names = namesOf(pod, ({ securityContext }) => securityContext?.seccompProfile === undefined)
    if (names.length === 0) return undefined
    const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    const who = `${counted(names, 'container')} ${quoted(names)}`
    return { reason: 'seccompProfile', detail: `pod or ${who} ${must}` }
  },
}

/** Checks of profiles. */
export const confinementChecks: readonly Check[] = [appArmor, seLinux, seccomp, seccompRequired]
