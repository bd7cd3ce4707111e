import type { Container, Pod, SeccompProfile } from '#kinds/gen/core-v1'
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

/** Which of the host's namespaces a pod is in. */
export const namespacesOf = ({ spec }: Pod) => ({
  network: spec?.hostNetwork ? namespaceNumber.node : namespaceNumber.pod,
  ipc: spec?.hostIPC ? namespaceNumber.node : namespaceNumber.pod,
  pid: spec?.hostPID
    ? namespaceNumber.node
    : spec?.shareProcessNamespace
      ? namespaceNumber.pod
      : namespaceNumber.container,
})

const number = (value: number | undefined) => (value === undefined ? undefined : { value: BigInt(value) })

/** Where localhost profiles lie is the runtime's to resolve: the kubelet gives the full path. */
function profile(seccomp: SeccompProfile | undefined, isPrivileged: boolean, profileRoot: string) {
  if (isPrivileged || seccomp === undefined || seccomp.type === 'Unconfined') {
    return { profileType: profileNumber.Unconfined, localhostRef: '' }
  }
  if (seccomp.type === 'RuntimeDefault')
    return { profileType: profileNumber.RuntimeDefault, localhostRef: '' }
  return {
    profileType: profileNumber.Localhost,
    localhostRef: `${profileRoot}/${seccomp.localhostProfile ?? ''}`,
  }
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
export function sandboxSecurity(pod: Pod) {
  const { runAsUser, runAsGroup, seLinuxOptions } = pod.spec?.securityContext ?? {}
  const user = number(runAsUser)
  const group = number(runAsGroup)
  return {
    namespaceOptions: namespacesOf(pod),
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
export function containerSecurity(pod: Pod, { securityContext: own = {} }: Container, profileRoot: string) {
  const ofPod = pod.spec?.securityContext ?? {}
  const isPrivileged = own.privileged === true
  const user = number(own.runAsUser ?? ofPod.runAsUser)
  const group = number(own.runAsGroup ?? ofPod.runAsGroup)
  const selinux = own.seLinuxOptions ?? ofPod.seLinuxOptions
  const isMasked = own.procMount !== 'Unmasked' && !isPrivileged
  return {
    privileged: isPrivileged,
    namespaceOptions: namespacesOf(pod),
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
    seccomp: profile(own.seccompProfile ?? ofPod.seccompProfile, isPrivileged, profileRoot),
    ...(user && { runAsUser: user }),
    ...(group && { runAsGroup: group }),
    ...(selinux && { selinuxOptions: selinux }),
  }
}

/** Why an image's user breaks runAsNonRoot; undefined when it does not. */
export function rootFault(
  pod: Pod,
  container: Container,
  image: { uid: number | undefined; username: string },
) {
  const own = container.securityContext
  const ofPod = pod.spec?.securityContext
  if ((own?.runAsNonRoot ?? ofPod?.runAsNonRoot) !== true) return undefined
  const asked = own?.runAsUser ?? ofPod?.runAsUser
  if (asked === 0) return "container's runAsUser breaks non-root policy"
  if (asked !== undefined) return undefined
  if (image.username !== '') {
    return `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root`
  }
  return (image.uid ?? 0) === 0 ? 'container has runAsNonRoot and image will run as root' : undefined
}
