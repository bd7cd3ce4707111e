import { type FieldError, invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import { parseIp } from '#schema/ip'
import type { Service, ServiceSpec } from '../gen/core-v1.ts'
import { isHeadless } from './service-prepare.ts'

/** A cluster of which nothing is said has IPv4 addresses alone. */
const usualFamilies: readonly string[] = ['IPv4']

const familyOf = (ip: string) => (parseIp(ip)?.family === 6 ? 'IPv6' : 'IPv4')
const otherFamily = (family: string | undefined) => (family === 'IPv6' ? 'IPv4' : 'IPv6')

/** A service without addresses and without pods of its own may have any families: its author says what is behind it. */
function isFree(service: Service): boolean {
  return isHeadless(service) && Object.keys(service.spec?.selector ?? {}).length === 0
}

/** Says of which families the service's addresses are, and how many it wants (KEP-563). */
export function settleFamilies(
  service: Service,
  cluster: readonly string[] = usualFamilies,
  old?: Readonly<Service>,
): void {
  const { spec } = service
  if (!spec || spec.type === 'ExternalName' || isUntouched(spec, old?.spec)) return
  spec.ipFamilyPolicy ??= old?.spec?.ipFamilyPolicy ?? (isFree(service) ? 'RequireDualStack' : 'SingleStack')
  if (old?.spec && spec.ipFamilyPolicy === 'SingleStack') dropSecond(spec, old.spec)
  const families = [...(spec.ipFamilies ?? [])]
  for (const ip of (spec.clusterIPs ?? []).slice(families.length)) {
    // Two addresses of one family are refused for themselves.
    const isSound = parseIp(ip) !== undefined && !families.includes(familyOf(ip))
    if (isSound) families.push(familyOf(ip))
  }
  if (families.length === 0) families.push(cluster[0] ?? 'IPv4')
  const mayHaveTwo = spec.ipFamilyPolicy !== 'SingleStack' && (isFree(service) || cluster.length === 2)
  if (families.length === 1 && mayHaveTwo) families.push(otherFamily(families[0]))
  spec.ipFamilies = families
}

/** A cluster that has got a second family since changes no service by itself. */
function isUntouched(next: ServiceSpec, old: ServiceSpec | undefined): boolean {
  return (
    old?.ipFamilyPolicy === 'PreferDualStack' &&
    next.ipFamilyPolicy === 'PreferDualStack' &&
    equal(next.clusterIPs, old.clusterIPs) &&
    equal(next.ipFamilies, old.ipFamilies)
  )
}

/** Who turns to a single family, and changes nothing else of it, gives the second one up. */
function dropSecond(spec: ServiceSpec, old: ServiceSpec): void {
  for (const field of ['clusterIPs', 'ipFamilies'] as const) {
    if (spec[field] && equal(spec[field], old[field])) spec[field] = spec[field].slice(0, 1)
  }
}

/** What a service wants of addresses that this cluster does not have. */
export function* familyErrors(
  service: Service,
  cluster: readonly string[] = usualFamilies,
): Iterable<FieldError> {
  const { ipFamilyPolicy: policy, clusterIPs = [], ipFamilies = [], type } = service.spec ?? {}
  if (type === 'ExternalName') return
  const path = 'spec.ipFamilyPolicy'
  const needed = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
  if (policy === 'SingleStack' && clusterIPs.length === 2) {
    yield invalid(path, policy, `${needed} cluster IPs are specified`)
  }
  if (policy === 'SingleStack' && ipFamilies.length === 2) {
    yield invalid(path, policy, `${needed} IP families are specified`)
  }
  if (isFree(service)) return
  if (policy === 'RequireDualStack' && cluster.length < 2) {
    yield invalid(path, policy, 'this cluster is not configured for dual-stack services')
  }
  for (const [i, family] of ipFamilies.entries()) {
    if (cluster.includes(family)) continue
    yield invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')
  }
}
