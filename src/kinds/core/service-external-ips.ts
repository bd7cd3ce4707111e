import type { AdmissionRule } from '../define.ts'
import type { Service } from '../gen/core-v1.ts'

/**
 * Nobody adds external addresses to a service: who may would draw the traffic of others to themselves (CVE-2020-8554).
 */
export const noExternalIps: AdmissionRule<Service> = {
  plugin: 'DenyServiceExternalIPs',
  refusal({ spec }, old) {
    const known = new Set(old?.spec?.externalIPs)
    const isNew = (spec?.externalIPs ?? []).some((ip) => !known.has(ip))
    return isNew ? 'Use of external IPs is denied by admission control.' : undefined
  },
}
