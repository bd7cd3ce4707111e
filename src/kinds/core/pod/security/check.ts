import { compareBytes } from '#base/byte-order'
import type { Container, EphemeralContainer, PodSpec } from '../../../gen/core-v1.ts'

/** A pod, or the template of one, as far as the Pod Security Standards look at it. */
export interface SecuredPod {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec?: PodSpec
}

/** What a check found: in a word, and in full. */
export interface Fault {
  readonly reason: string
  readonly detail: string
}

/** One rule of the Pod Security Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
export interface Check {
  /** Upstream's name of it, by which faults are ordered. */
  readonly id: string
  readonly level: 'baseline' | 'restricted'
  /** The minor version of Kubernetes whose standards are the first to have it. */
  readonly since: number
  /** The weaker check of the baseline in whose place this one stands. */
  readonly replaces?: string
  /** What is wrong with a pod by the standards of a minor version. */
  check(pod: SecuredPod, minor: number): Fault | undefined
}

/** All containers, as far as they are alike. */
export const containersOf = ({ spec }: SecuredPod): readonly (Container | EphemeralContainer)[] => [
  ...(spec?.initContainers ?? []),
  ...(spec?.containers ?? []),
  ...(spec?.ephemeralContainers ?? []),
]

/** Names of the containers of which something is true. */
export const namesOf = (
  pod: SecuredPod,
  isBad: (container: Container | EphemeralContainer) => boolean,
): string[] => containersOf(pod).flatMap((one) => (isBad(one) ? [one.name] : []))

/** `"a", "b"` */
export const quoted = (items: Iterable<string>): string => [...items].map((item) => `"${item}"`).join(', ')

/** Each value once, in the order of its bytes. */
export const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort(compareBytes)

/** The word for one thing or for several. */
export const counted = (items: readonly unknown[], one: string, many = `${one}s`): string =>
  items.length === 1 ? one : many

/** `container "a"`, `containers "a", "b"` */
export const containerWords = (names: readonly string[]): string =>
  `${counted(names, 'container')} ${quoted(names)}`

/** Who set something: `pod and container "a"`; empty when nobody did. */
export const setterWords = (isPod: boolean, names: readonly string[]): string =>
  [...(isPod ? ['pod'] : []), ...(names.length > 0 ? [containerWords(names)] : [])].join(' and ')

/** True for a pod whose users are not the node's: some rules are loosened for it since 1.35. */
export const hasOwnUsers = ({ spec }: SecuredPod): boolean => spec?.hostUsers === false

/** True for a pod to which rules that only Linux knows cannot apply. */
export const isWindows = ({ spec }: SecuredPod): boolean => spec?.os?.name === 'windows'
