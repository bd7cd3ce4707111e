import { dnsLabelFaults } from '#schema/name-rules'
import type { Container, Pod, PodSpec } from '../../gen/core-v1.ts'

function* nameWarnings({ metadata }: Pod): Iterable<string> {
  const faults = dnsLabelFaults(metadata.name ?? '')
  if (faults.length === 0) return
  yield `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${faults.join(' ')}]`
}

const deprecatedNodeLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

function* selectorWarnings({ nodeSelector = {} }: PodSpec): Iterable<string> {
  for (const key of Object.keys(nodeSelector)) {
    const text = deprecatedNodeLabels[key]
    if (text !== undefined) yield `spec.nodeSelector[${key}]: ${text}`
  }
}

/** Sources of volumes whose drivers are no more. */
const deprecatedSources: Readonly<Record<string, string>> = {
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}

function* volumeWarnings({ volumes = [] }: PodSpec): Iterable<string> {
  for (const [i, volume] of volumes.entries()) {
    for (const name of Object.keys(volume)) {
      const text = deprecatedSources[name]
      if (text !== undefined) yield `spec.volumes[${i}].${name}: ${text}`
    }
  }
}

function* repeated<T>(list: readonly T[], keyOf: (one: T) => string): Iterable<readonly [number, number, T]> {
  const first = new Map<string, number>()
  for (const [i, one] of list.entries()) {
    const key = keyOf(one)
    const before = first.get(key)
    if (before !== undefined) yield [i, before, one]
    first.set(key, i)
  }
}

function* containerWarnings(container: Container, path: string): Iterable<string> {
  const { env = [], ports = [] } = container
  for (const [i, before, one] of repeated(env, ({ name }) => name)) {
    const earlier = env[before]?.value ?? ''
    // Using the earlier value is what a repetition is good for.
    if (one.value?.includes(`$(${one.name})`)) continue
    const isSame = earlier !== '' && earlier === one.value
    yield `${path}.env[${i}]: ${isSame ? '' : 'hides previous definition of '}${JSON.stringify(one.name)}${isSame ? ' is duplicated' : ''}, which may be dropped when using apply`.replace(
      ' is duplicated, which may be dropped when using apply',
      ' is defined twice with the same value, which may be dropped when using apply',
    )
  }
  const keyOf = ({ containerPort, protocol, hostPort = 0, hostIP = '' }: (typeof ports)[number]) =>
    `${containerPort}/${protocol}/${hostIP}/${hostPort}`
  for (const [i, before] of repeated(ports, keyOf)) {
    yield `${path}.ports[${i}]: duplicate port definition with ${path}.ports[${before}]`
  }
}

/** What is legal in a pod but unwise, in upstream's words. */
export function* podWarnings(pod: Pod): Iterable<string> {
  yield* nameWarnings(pod)
  const { spec } = pod
  if (!spec) return
  yield* selectorWarnings(spec)
  yield* volumeWarnings(spec)
  for (const [i, secret] of (spec.imagePullSecrets ?? []).entries()) {
    if ((secret.name ?? '') === '') {
      yield `spec.imagePullSecrets[${i}].name: invalid empty name ""`
    }
  }
  for (const [i, , alias] of repeated(spec.hostAliases ?? [], ({ ip }) => ip)) {
    yield `spec.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(alias.ip)}`
  }
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    yield 'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'
  }
  for (const name of ['initContainers', 'containers'] as const) {
    for (const [i, one] of (spec[name] ?? []).entries()) yield* containerWarnings(one, `spec.${name}[${i}]`)
  }
}
