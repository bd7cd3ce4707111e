import { parseQuantity } from '#base/quantity'
import { dnsLabelFaults } from '#schema/name-rules'
import type { Container, Pod, PodAffinity, PodSpec } from '../../gen/core-v1.ts'
import { oldNodeLabels } from '../old-node-labels.ts'
import { oldVolumeSources } from '../old-volume-sources.ts'
import { portWarnings } from './port-warnings.ts'

/** Names the containers of a pod with their paths, in upstream's order. */
export function* containersWithPaths(spec: PodSpec): Iterable<readonly [Container, string]> {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [i, one] of (spec[list] ?? []).entries()) yield [one, `spec.${list}[${i}]`]
  }
}

function* nameWarnings({ metadata }: Pod): Iterable<string> {
  const faults = dnsLabelFaults(metadata.name ?? '')
  if (faults.length === 0) return
  yield `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${faults.join(' ')}]`
}

const noSelector = 'a null labelSelector results in matching no pod'

function* schedulingWarnings(spec: PodSpec): Iterable<string> {
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const text = oldNodeLabels[key]
    if (text !== undefined) yield `spec.nodeSelector[${key}]: ${text}`
  }
  for (const [i, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const path = `spec.topologySpreadConstraints[${i}]`
    const text = oldNodeLabels[topologyKey]
    if (text !== undefined) yield `${path}.topologyKey: ${topologyKey} is ${text}`
    if (labelSelector === undefined) yield `${path}.labelSelector: ${noSelector}`
  }
}

function* affinityWarnings(affinity: PodAffinity | undefined, path: string): Iterable<string> {
  const must = 'requiredDuringSchedulingIgnoredDuringExecution'
  const may = 'preferredDuringSchedulingIgnoredDuringExecution'
  for (const [i, { labelSelector }] of (affinity?.[must] ?? []).entries()) {
    if (labelSelector === undefined) yield `${path}.${must}[${i}].labelSelector: ${noSelector}`
  }
  for (const [i, { podAffinityTerm }] of (affinity?.[may] ?? []).entries()) {
    if (podAffinityTerm.labelSelector !== undefined) continue
    yield `${path}.${may}[${i}].podAffinityTerm.labelSelector: ${noSelector}`
  }
}

function* volumeWarnings({ volumes = [] }: PodSpec): Iterable<string> {
  for (const [i, volume] of volumes.entries()) {
    for (const name of Object.keys(volume)) {
      const text = oldVolumeSources[name]
      const field = name === 'storageos' ? 'storageOS' : name
      if (text !== undefined) yield `spec.volumes[${i}].${field}: ${text}`
    }
  }
}

function* repeated(names: readonly string[]): Iterable<number> {
  const seen = new Set<string>()
  for (const [i, name] of names.entries()) {
    if (seen.has(name)) yield i
    seen.add(name)
  }
}

function* listWarnings({ hostAliases = [], imagePullSecrets = [] }: PodSpec): Iterable<string> {
  for (const i of repeated(hostAliases.map(({ ip }) => ip))) {
    yield `spec.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(hostAliases[i]?.ip)}`
  }
  const secrets = imagePullSecrets.map(({ name = '' }) => name)
  for (const i of repeated(secrets)) {
    yield `spec.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(secrets[i])}`
  }
  for (const [i, name] of secrets.entries()) {
    if (name === '') yield `spec.imagePullSecrets[${i}].name: invalid empty name ""`
  }
}

function* byteWarnings(list: Record<string, string> | undefined, path: string): Iterable<string> {
  for (const name of ['memory', 'ephemeral-storage']) {
    const text = list?.[name]
    const quantity = text === undefined ? undefined : parseQuantity(text)
    if (!quantity || quantity.nano % 1_000_000_000n === 0n) continue
    yield `${path}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`
  }
}

function* environmentWarnings({ env = [] }: Container, path: string): Iterable<string> {
  for (const i of repeated(env.map(({ name }) => name))) {
    const { name, value = '', valueFrom } = env[i] as (typeof env)[number]
    const reference = `$(${name})`
    // Adding to the earlier value is what a repetition is good for.
    const adds = valueFrom === undefined && value.includes(reference) && value !== reference
    if (adds) continue
    yield `${path}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`
  }
}

const seccomp = 'seccomp.security.alpha.kubernetes.io/pod'
const containerSeccomp = 'container.seccomp.security.alpha.kubernetes.io/'

function* annotationWarnings({ metadata, spec }: Pod): Iterable<string> {
  const has = (key: string) => Object.hasOwn(metadata.annotations ?? {}, key)
  const text = 'non-functional in v1.27+; use the "seccompProfile" field instead'
  if (has(seccomp) && !spec?.securityContext?.seccompProfile) {
    yield `metadata.annotations[${seccomp}]: ${text}`
  }
  for (const [{ name, securityContext }] of spec ? containersWithPaths(spec) : []) {
    const key = `${containerSeccomp}${name}`
    if (has(key) && !securityContext?.seccompProfile) yield `metadata.annotations[${key}]: ${text}`
  }
}

/** What is legal in a pod's specification but unwise, be it of a pod or of a template. */
export function* podSpecWarnings(pod: Pod): Iterable<string> {
  const { spec } = pod
  if (!spec) return
  yield* schedulingWarnings(spec)
  yield* volumeWarnings(spec)
  yield* listWarnings(spec)
  yield* byteWarnings(spec.overhead, 'spec.overhead')
  yield* annotationWarnings(pod)
  for (const [container, path] of containersWithPaths(spec)) {
    yield* byteWarnings(container.resources?.limits, `${path}.resources.limits`)
    yield* byteWarnings(container.resources?.requests, `${path}.resources.requests`)
    yield* environmentWarnings(container, path)
  }
  yield* portWarnings(containersWithPaths(spec))
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    yield 'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'
  }
  yield* affinityWarnings(spec.affinity?.podAffinity, 'spec.affinity.podAffinity')
  yield* affinityWarnings(spec.affinity?.podAntiAffinity, 'spec.affinity.podAntiAffinity')
}

/** What is legal in a new pod but unwise, in upstream's words. People do not often change pods, so changes give none. */
export function* podWarnings(pod: Pod): Iterable<string> {
  if (!pod.spec || (pod.metadata.resourceVersion ?? '') !== '') return
  yield* nameWarnings(pod)
  yield* podSpecWarnings(pod)
}
