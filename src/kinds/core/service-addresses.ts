import { duplicate, type FieldError, invalid, notSupported, required } from '#base/field-error'
import { ipFaults, parseIp } from '#schema/ip'
import { eachFault } from '../each-fault.ts'
import type { Service, ServiceSpec } from '../gen/core-v1.ts'
import { isHeadless } from './service-prepare.ts'

const families = ['IPv4', 'IPv6']
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const path = 'spec.clusterIPs'

const isV6 = (ip: string) => parseIp(ip)?.family === 6

function* agreementErrors({ clusterIP = '', clusterIPs = [] }: ServiceSpec): Iterable<FieldError> {
  if (clusterIP === '') {
    if (clusterIPs.length > 0) {
      yield invalid(path, clusterIPs, 'must be empty when `clusterIP` is not specified')
    }
  } else if (clusterIPs.length === 0) yield required(path)
  else if (clusterIPs[0] !== clusterIP) yield invalid(path, clusterIPs, 'first value must match `clusterIP`')
}

function* familyErrors({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): Iterable<FieldError> {
  for (const [i, family] of ipFamilies.entries()) {
    const at = `spec.ipFamilies[${i}]`
    if (!families.includes(family)) yield notSupported(at, family, families)
    if (ipFamilies.indexOf(family) < i) yield duplicate(at, family)
  }
  if (ipFamilyPolicy !== undefined && !familyPolicies.includes(ipFamilyPolicy)) {
    yield notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, familyPolicies)
  }
}

function* formErrors(ips: readonly string[]): Iterable<FieldError> {
  for (const [i, ip] of ips.entries()) {
    if (i > 0 || ip !== 'None') yield* eachFault(`${path}[${i}]`, ip, ipFaults(ip))
    else if (ips.length > 1) yield invalid(path, ips, "'None' must be the first and only value")
  }
}

/** Addresses of each family at most once, and of the families that the service names. */
function* matchErrors(
  service: Service,
  { clusterIPs = [], ipFamilies = [] }: ServiceSpec,
): Iterable<FieldError> {
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(isV6)).size < 2) {
    yield invalid(path, clusterIPs, 'may specify no more than one IP for each IP family')
  }
  if (isHeadless(service)) return
  for (const [i, ip] of clusterIPs.entries()) {
    const family = ipFamilies[i]
    if (family === undefined || !families.includes(family) || (family === 'IPv6') === isV6(ip)) continue
    yield invalid(`${path}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``)
  }
}

/** Everything wrong with the addresses of a service and their families. */
export function* clusterIpErrors(service: Service): Iterable<FieldError> {
  const { spec = {} } = service
  const { clusterIPs = [] } = spec
  if (spec.type === 'ExternalName') return
  yield* agreementErrors(spec)
  yield* familyErrors(spec)
  const wrong = [...formErrors(clusterIPs)]
  yield* wrong
  if (clusterIPs.length > 2) yield invalid(path, clusterIPs, 'may only hold up to 2 values')
  // What is no address has no family either.
  if (wrong.length === 0) yield* matchErrors(service, spec)
}
