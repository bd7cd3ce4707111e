import type { QosClass } from '#kinds/core/pod/quality-of-service'

/** Who makes cgroups, which decides how they are named. */
export type CgroupDriver = 'cgroupfs' | 'systemd'

/** The names from the root to a pod's cgroup, or to that of a class when no pod is given. */
export function cgroupParts(root: string, qos: QosClass, uid?: string): string[] {
  return [
    ...root.split('/').filter((name) => name !== ''),
    'kubepods',
    ...(qos === 'Guaranteed' ? [] : [qos.toLowerCase()]),
    ...(uid === undefined ? [] : [`pod${uid}`]),
  ]
}

/** Where the cgroup of these names is: each slice of systemd bears the names of all above it. */
export function cgroupPath(parts: readonly string[], driver: CgroupDriver): string {
  if (driver === 'cgroupfs') return `/${parts.join('/')}`
  const names = parts.map(sliceName)
  return names.map((_, index) => `/${names.slice(0, index + 1).join('-')}.slice`).join('')
}

/** The cgroup as the runtime is told it: its path, or only the name of its slice. */
export function cgroupParent(parts: readonly string[], driver: CgroupDriver): string {
  const path = cgroupPath(parts, driver)
  return driver === 'cgroupfs' ? path : (path.split('/').at(-1) as string)
}

/** A dash would mean another level. */
const sliceName = (name: string) => name.replace(/\.slice$/, '').replaceAll('-', '_')

/** The uid of the pod whose cgroup has this name; undefined for a cgroup of something else. */
export function podUidOf(name: string, driver: CgroupDriver): string | undefined {
  const found = driver === 'cgroupfs' ? /^pod(.+)$/.exec(name) : /-pod([^-]+)\.slice$/.exec(name)
  return driver === 'cgroupfs' ? found?.[1] : found?.[1]?.replaceAll('_', '-')
}
