import type { AppArmorProfile, Container, Pod, SeccompProfile } from '#kinds/gen/core-v1'
import { groupsPolicyNumber, namespaceNumber, profileNumber } from '../cri/numbers.ts'

/** Paths that a container's processes may not see, and may not write, unless procMount is Unmasked. */
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
]
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

/** The users of the machine that those of a pod are, as numbers in a row. */
export interface IdRange {
  readonly hostId: number
  readonly containerId: number
  readonly length: number
}

/** Whose processes a container sees: those of the container that it is to look into go before all else. */
function processes(spec: Pod['spec'], targetId: string | undefined): number {
  if (targetId !== undefined) return namespaceNumber.target
  if (spec?.hostPID) return namespaceNumber.node
  return spec?.shareProcessNamespace ? namespaceNumber.pod : namespaceNumber.container
}

/** Which of the host's namespaces a pod is in. */
export const namespacesOf = ({ spec }: Pod, users?: IdRange, targetId?: string) => ({
  network: spec?.hostNetwork ? namespaceNumber.node : namespaceNumber.pod,
  ipc: spec?.hostIPC ? namespaceNumber.node : namespaceNumber.pod,
  pid: processes(spec, targetId),
  ...(targetId !== undefined && { targetId }),
  ...(users && { usernsOptions: { mode: namespaceNumber.pod, uids: [users], gids: [users] } }),
})

const number = (value: number | undefined) => (value === undefined ? undefined : { value: BigInt(value) })

/** What the node and the image add to how a container is confined. */
export interface SecuritySources {
  /** Folder of the node's seccomp profiles. */
  readonly profileRoot: string
  /** Containers that name no profile get the runtime's. */
  readonly seccompDefault: boolean
  /** Who runs where the pod does not say. */
  readonly imageUser?: ImageUser
  /** Undefined for a pod among the machine's users. */
  readonly users?: IdRange
  /** The container whose processes this one is to see. */
  readonly targetId?: string
}

/** The user that an image names: a number or a name; root when it names none. */
export interface ImageUser {
  readonly uid: number | undefined
  readonly username: string
}

/** Localhost profiles are given to the runtime by their full path. */
function seccompOf(seccomp: SeccompProfile | undefined, isPrivileged: boolean, sources: SecuritySources) {
  const { seccompDefault, profileRoot } = sources
  const type = seccomp?.type ?? (seccompDefault ? 'RuntimeDefault' : 'Unconfined')
  if (isPrivileged || type === 'Unconfined') {
    return { profileType: profileNumber.Unconfined, localhostRef: '' }
  }
  if (type === 'RuntimeDefault') return { profileType: profileNumber.RuntimeDefault, localhostRef: '' }
  return {
    profileType: profileNumber.Localhost,
    localhostRef: `${profileRoot}/${seccomp?.localhostProfile ?? ''}`,
  }
}

const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/'

/** The AppArmor profile that a container names: its own, by field or by the old annotation, before its pod's. */
export function appArmorOf({ metadata, spec }: Pod, container: Container): AppArmorProfile | undefined {
  const own = container.securityContext?.appArmorProfile
  const named = metadata.annotations?.[`${appArmorAnnotation}${container.name}`]
  return own ?? (named === undefined ? undefined : annotated(named)) ?? spec?.securityContext?.appArmorProfile
}

function annotated(text: string): AppArmorProfile | undefined {
  if (text === 'runtime/default') return { type: 'RuntimeDefault' }
  if (text === 'unconfined') return { type: 'Unconfined' }
  const name = /^localhost\/(.+)$/.exec(text)?.[1]
  return name === undefined ? undefined : { type: 'Localhost', localhostProfile: name }
}

/** Localhost profiles are known to the kernel by their names. */
function appArmorConfig(profile: AppArmorProfile | undefined) {
  if (profile === undefined) return {}
  const profileType = profileNumber[profile.type as keyof typeof profileNumber]
  return { apparmor: { profileType, localhostRef: profile.localhostProfile ?? '' } }
}

/** Groups that every process of the pod is in. */
export const supplementalGroups = ({ spec }: Pod): bigint[] => {
  const { fsGroup, supplementalGroups: groups = [] } = spec?.securityContext ?? {}
  return [...groups, ...(fsGroup === undefined ? [] : [fsGroup])].map(BigInt)
}

const groupsPolicy = ({ spec }: Pod) =>
  spec?.securityContext?.supplementalGroupsPolicy === 'Strict'
    ? groupsPolicyNumber.Strict
    : groupsPolicyNumber.Merge

/** True when any container of the pod is privileged: its sandbox must be too. */
const hasPrivileged = ({ spec }: Pod) =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].some(
    ({ securityContext }) => securityContext?.privileged === true,
  )

/** How the sandbox itself is confined. */
export function sandboxSecurity(pod: Pod, users?: IdRange) {
  const { runAsUser, runAsGroup, seLinuxOptions } = pod.spec?.securityContext ?? {}
  const user = number(runAsUser)
  const group = number(runAsGroup)
  return {
    namespaceOptions: namespacesOf(pod, users),
    privileged: hasPrivileged(pod),
    supplementalGroups: supplementalGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    // The sandbox only holds namespaces: it is always confined as the runtime would by itself.
    seccomp: { profileType: profileNumber.RuntimeDefault, localhostRef: '' },
    ...(user && { runAsUser: user }),
    ...(group && { runAsGroup: group }),
    ...(seLinuxOptions && { selinuxOptions: seLinuxOptions }),
  }
}

/** How a container is confined: what it says itself goes before what the pod says. */
export function containerSecurity(pod: Pod, container: Container, sources: SecuritySources) {
  const { securityContext: own = {} } = container
  const ofPod = pod.spec?.securityContext ?? {}
  const isPrivileged = own.privileged === true
  const asked = own.runAsUser ?? ofPod.runAsUser
  const group = number(own.runAsGroup ?? ofPod.runAsGroup)
  const selinux = own.seLinuxOptions ?? ofPod.seLinuxOptions
  const isMasked = own.procMount !== 'Unmasked' && !isPrivileged
  return {
    privileged: isPrivileged,
    namespaceOptions: namespacesOf(pod, sources.users, sources.targetId),
    capabilities: {
      addCapabilities: [...(own.capabilities?.add ?? [])],
      dropCapabilities: [...(own.capabilities?.drop ?? [])],
    },
    readonlyRootfs: own.readOnlyRootFilesystem === true,
    supplementalGroups: supplementalGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    noNewPrivs: own.allowPrivilegeEscalation === false,
    maskedPaths: isMasked ? maskedPaths : [],
    readonlyPaths: isMasked ? readonlyPaths : [],
    seccomp: seccompOf(own.seccompProfile ?? ofPod.seccompProfile, isPrivileged, sources),
    ...appArmorConfig(appArmorOf(pod, container)),
    ...userOf(asked, sources.imageUser),
    ...(group && { runAsGroup: group }),
    ...(selinux && { selinuxOptions: selinux }),
  }
}

/** The runtime takes a group only together with a user, so the image's is told where the pod names none. */
function userOf(asked: number | undefined, image: ImageUser | undefined) {
  if (asked !== undefined) return { runAsUser: { value: BigInt(asked) } }
  if (image === undefined) return {}
  if (image.uid === undefined && image.username !== '') return { runAsUsername: image.username }
  return { runAsUser: { value: BigInt(image.uid ?? 0) } }
}

/** Why an image's user breaks runAsNonRoot; undefined when it does not. */
export function rootFault(pod: Pod, container: Container, image: ImageUser): string | undefined {
  const own = container.securityContext
  const ofPod = pod.spec?.securityContext
  if ((own?.runAsNonRoot ?? ofPod?.runAsNonRoot) !== true) return undefined
  const asked = own?.runAsUser ?? ofPod?.runAsUser
  const { name, namespace, uid } = pod.metadata
  const whose = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`
  if (asked === 0) return `container's runAsUser breaks non-root policy ${whose}`
  if (asked !== undefined) return undefined
  if (image.uid === undefined && image.username !== '') {
    return `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${whose}`
  }
  return (image.uid ?? 0) === 0 ? `container has runAsNonRoot and image will run as root ${whose}` : undefined
}
