import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import type { Container, Pod } from '../../gen/core-v1.ts'
import { descendingPathErrors } from './paths.ts'

/** Marks the API server's copy of a pod that a node runs from a file. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror'
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
const appArmor = 'container.apparmor.security.beta.kubernetes.io/'
const path = 'metadata.annotations'

const isInt32 = (text: string) =>
  /^(?:0|-?[1-9]\d{0,9})$/.test(text) && Math.abs(Number(text)) <= 2_147_483_647

function* seccompErrors(profile: string, at: string): Iterable<FieldError> {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return
  if (profile.startsWith('localhost/')) yield* descendingPathErrors(profile.slice('localhost/'.length), at)
  else yield invalid(at, profile, 'must be a valid seccomp profile')
}

const containersOf = ({ spec }: Pod): readonly Container[] => [
  ...(spec?.initContainers ?? []),
  ...(spec?.containers ?? []),
  ...(spec?.ephemeralContainers ?? []),
]

function* appArmorErrors(pod: Pod, key: string, profile: string): Iterable<FieldError> {
  const at = `${path}[${key}]`
  const container = key.slice(appArmor.length)
  if (!containersOf(pod).some(({ name }) => name === container)) {
    yield invalid(at, container, 'container not found')
  }
  const isKnown = profile === '' || profile === 'runtime/default' || profile === 'unconfined'
  if (!isKnown && !profile.startsWith('localhost/')) {
    yield invalid(at, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)
  }
}

/** Faults of annotations that mean something for pods. */
export function* annotationRuleErrors(pod: Pod): Iterable<FieldError> {
  for (const [key, value] of Object.entries(pod.metadata.annotations ?? {})) {
    if (key === mirrorAnnotation && (pod.spec?.nodeName ?? '') === '') {
      const text = 'must set spec.nodeName if mirror pod annotation is set'
      yield invalid(`${path}[${key}]`, value, text)
    } else if (key === deletionCost) {
      if (!isInt32(value)) yield invalid(`${path}[${key}]`, value, 'must be a 32bit integer')
    } else if (key === seccompPod || key.startsWith(seccompContainer)) {
      yield* seccompErrors(value, `${path}.${key}`)
    } else if (key.startsWith(appArmor)) yield* appArmorErrors(pod, key, value)
  }
}

/** Annotations that say what a pod is stay as they are. */
export function* annotationChangeErrors(next: Pod, old: Pod): Iterable<FieldError> {
  const now = next.metadata.annotations ?? {}
  const before = old.metadata.annotations ?? {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (now[key] === before[key]) continue
    const verb = Object.hasOwn(before, key) ? 'remove or update' : 'add'
    if (key.startsWith(appArmor)) {
      yield fieldForbidden(`${path}[${key}]`, `may not ${verb} AppArmor annotations`)
    }
    if (key === mirrorAnnotation) {
      yield fieldForbidden(`${path}[${key}]`, `may not ${verb} mirror pod annotation`)
    }
  }
}
