import type { Peer } from '#base/http'
import { Refusal } from './refusal.ts'

/** Who gets in. */
export interface Admission {
  readonly anonymousAuth: boolean
  readonly authorization: 'AlwaysAllow' | 'Administrators'
}

const administrators = 'system:masters'
const apiServers = new Set(['kube-apiserver-kubelet-client', 'kube-apiserver'])

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

const subresources: Readonly<Record<string, string>> = {
  stats: 'stats',
  metrics: 'metrics',
  logs: 'log',
  pods: 'pods',
  runningpods: 'pods',
  healthz: 'healthz',
  configz: 'configz',
}

/**
 * Lets in who showed a certificate that our authority signed for the API server or an administrator: nodes and users have
 * certificates of the same authority, and must not reach into containers by them. @throws Refusal 401 or 403.
 */
export function admit(peer: Peer, method: string, endpoint: string, rules: Admission): void {
  const { certificate } = peer
  if (!certificate) {
    if (rules.anonymousAuth) return
    throw new Refusal(401, 'Unauthorized')
  }
  if (rules.authorization === 'AlwaysAllow') return
  if (certificate.organizations.includes(administrators) || apiServers.has(certificate.commonName)) return
  const verb = verbs[method] ?? 'get'
  const subresource = subresources[endpoint] ?? 'proxy'
  throw new Refusal(
    403,
    `Forbidden (user=${certificate.commonName}, verb=${verb}, resource=nodes, subresource(s)=[${subresource}])`,
  )
}
