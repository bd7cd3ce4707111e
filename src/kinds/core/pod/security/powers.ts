// What a pod's processes may do on top of what any may, and what they must give up.
import {
  type Check,
  containersOf,
  containerWords,
  type Fault,
  hasOwnUsers,
  isWindows,
  namesOf,
  quoted,
  type SecuredPod,
  sorted,
} from './check.ts'

const ordinaryCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]

/** What is said of capabilities that are added beyond those allowed; undefined when none are. */
function addedWords(pod: SecuredPod, allowed: readonly string[]): string | undefined {
  const badOf = (container: ReturnType<typeof containersOf>[0]) =>
    (container.securityContext?.capabilities?.add ?? []).filter((name) => !allowed.includes(name))
  const names = namesOf(pod, (one) => badOf(one).length > 0)
  if (names.length === 0) return undefined
  const bad = sorted(containersOf(pod).flatMap(badOf))
  return `${containerWords(names)} must not include ${quoted(bad)} in securityContext.capabilities.add`
}

const capabilities: Check = {
  id: 'capabilities_baseline',
  level: 'baseline',
  since: 0,
  check(pod) {
    const detail = addedWords(pod, ordinaryCapabilities)
    return detail === undefined ? undefined : { reason: 'non-default capabilities', detail }
  },
}

const fewCapabilities: Check = {
  id: 'capabilities_restricted',
  level: 'restricted',
  since: 22,
  replaces: 'capabilities_baseline',
  check(pod, minor) {
    if (minor >= 25 && isWindows(pod)) return undefined
    const keepers = namesOf(
      pod,
      ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') !== true,
    )
    const kept =
      keepers.length === 0
        ? undefined
        : `${containerWords(keepers)} must set securityContext.capabilities.drop=["ALL"]`
    const details = [kept, addedWords(pod, ['NET_BIND_SERVICE'])].filter((words) => words !== undefined)
    return details.length === 0
      ? undefined
      : { reason: 'unrestricted capabilities', detail: details.join('; ') }
  },
}

function unmasked(pod: SecuredPod): Fault | undefined {
  const typeOf = (container: ReturnType<typeof containersOf>[0]) =>
    container.securityContext?.procMount ?? 'Default'
  const names = namesOf(pod, (one) => typeOf(one) !== 'Default')
  if (names.length === 0) return undefined
  const types = sorted(containersOf(pod).map(typeOf)).filter((type) => type !== 'Default')
  const must = `must not set securityContext.procMount to ${quoted(types)}`
  return { reason: 'procMount', detail: `${containerWords(names)} ${must}` }
}

const procMount: Check = {
  id: 'procMount',
  level: 'baseline',
  since: 0,
  check: (pod, minor) => (minor >= 35 && hasOwnUsers(pod) ? undefined : unmasked(pod)),
}

const procMountAlways: Check = {
  id: 'procMount_restricted',
  level: 'restricted',
  since: 35,
  replaces: 'procMount',
  check: unmasked,
}

/** Sysctls by the minor version that first allowed them. */
const safeSysctls: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
}

const sysctls: Check = {
  id: 'sysctls',
  level: 'baseline',
  since: 0,
  check({ spec }, minor) {
    const isSafe = (name: string) =>
      Object.hasOwn(safeSysctls, name) && (safeSysctls[name] as number) <= minor
    const bad = (spec?.securityContext?.sysctls ?? []).flatMap(({ name }) => (isSafe(name) ? [] : [name]))
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') }
  },
}

/** Checks of capabilities, of what is seen of /proc, and of sysctls. */
export const powerChecks: readonly Check[] = [
  capabilities,
  fewCapabilities,
  procMount,
  procMountAlways,
  sysctls,
]
