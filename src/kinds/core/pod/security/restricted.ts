// What only the restricted level asks: no way to become root, and volumes of harmless kinds.
import type { Volume } from '../../../gen/core-v1.ts'
import {
  type Check,
  containerWords,
  counted,
  hasOwnUsers,
  isWindows,
  namesOf,
  quoted,
  setterWords,
  sorted,
} from './check.ts'

const restricted = { level: 'restricted', since: 0 } as const

const escalation: Check = {
  ...restricted,
  id: 'allowPrivilegeEscalation',
  since: 8,
  check(pod, minor) {
    if (minor >= 25 && isWindows(pod)) return undefined
    const names = namesOf(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
    if (names.length === 0) return undefined
    return {
      reason: 'allowPrivilegeEscalation != false',
      detail: `${containerWords(names)} must set securityContext.allowPrivilegeEscalation=false`,
    }
  },
}

const harmlessVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/** What a volume is made from: the one member beside its name. */
const sourceOf = (volume: Volume) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'

const volumes: Check = {
  ...restricted,
  id: 'restrictedVolumes',
  replaces: 'hostPathVolumes',
  check({ spec }) {
    const bad = (spec?.volumes ?? []).filter((volume) => !harmlessVolumes.includes(sourceOf(volume)))
    if (bad.length === 0) return undefined
    const types = sorted(bad.map(sourceOf))
    const who = `${counted(bad, 'volume')} ${quoted(bad.map(({ name }) => name))}`
    const use = `${counted(bad, 'uses', 'use')} ${counted(types, 'restricted volume type')}`
    return { reason: 'restricted volume types', detail: `${who} ${use} ${quoted(types)}` }
  },
}

const nonRoot: Check = {
  ...restricted,
  id: 'runAsNonRoot',
  check(pod, minor) {
    if (minor >= 35 && hasOwnUsers(pod)) return undefined
    const reason = 'runAsNonRoot != true'
    const ofPod = pod.spec?.securityContext?.runAsNonRoot
    const roots = namesOf(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false)
    const setters = setterWords(ofPod === false, roots)
    if (setters !== '')
      return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` }
    const silent = namesOf(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined)
    if (ofPod === true || silent.length === 0) return undefined
    return { reason, detail: `pod or ${containerWords(silent)} must set securityContext.runAsNonRoot=true` }
  },
}

const rootUser: Check = {
  ...restricted,
  id: 'runAsUser',
  since: 23,
  check(pod, minor) {
    if (minor >= 35 && hasOwnUsers(pod)) return undefined
    const names = namesOf(pod, ({ securityContext }) => securityContext?.runAsUser === 0)
    const setters = setterWords(pod.spec?.securityContext?.runAsUser === 0, names)
    return setters === ''
      ? undefined
      : { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` }
  },
}

/** Checks of the restricted level that have no weaker form in the baseline. */
export const restrictedChecks: readonly Check[] = [escalation, volumes, nonRoot, rootUser]
