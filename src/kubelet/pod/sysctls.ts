import type { Pod } from '#kinds/gen/core-v1'

/** Settings of the kernel that harm nobody outside of the pod. */
const safe = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]

type Namespace = 'ipc' | 'net'

/** The namespace that a setting is of, so that it holds for one pod alone; undefined for one of the whole machine. */
function namespaceOf(name: string): Namespace | undefined {
  if (name === 'kernel.sem') return 'ipc'
  if (['kernel.shm', 'kernel.msg', 'fs.mqueue.'].some((prefix) => name.startsWith(prefix))) return 'ipc'
  return name.startsWith('net.') ? 'net' : undefined
}

/** A setting's name with dots, whichever sign it is written with: where the first is a slash, dots are part of names. */
export function dottedSysctl(name: string): string {
  const sign = /[./]/.exec(name)?.[0]
  if (sign !== '/') return name
  return name.replace(/[./]/g, (one) => (one === '/' ? '.' : '/'))
}

/** Why a pattern of settings cannot be allowed to pods; undefined when it can. */
export function sysctlFault(pattern: string): string | undefined {
  const name = dottedSysctl(pattern)
  const isKnown = namespaceOf(name.endsWith('*') ? name.slice(0, -1) : name) !== undefined
  return isKnown ? undefined : `the sysctls ${JSON.stringify(pattern)} are not known to be namespaced`
}

const matches = (name: string) => (pattern: string) => {
  const dotted = dottedSysctl(pattern)
  return dotted.endsWith('*') ? name.startsWith(dotted.slice(0, -1)) : name === dotted
}

/** Why a pod may not have the settings that it asks for, in upstream's words; undefined when it may. */
export function forbiddenSysctl({ spec }: Pod, allowed: readonly string[]): string | undefined {
  const isHosts = { ipc: spec?.hostIPC === true, net: spec?.hostNetwork === true }
  for (const one of spec?.securityContext?.sysctls ?? []) {
    const name = dottedSysctl(one.name)
    const namespace = namespaceOf(name)
    if (namespace === undefined || ![...safe, ...allowed].some(matches(name)))
      return `forbidden sysctl: ${JSON.stringify(name)} not allowlisted`
    if (isHosts[namespace])
      return `forbidden sysctl: ${JSON.stringify(name)} not allowed with host ${namespace} enabled`
  }
  return undefined
}
