import type { Pod } from '#kinds/gen/core-v1'
import type { NodeFacts } from '../contract.ts'

/** Name servers, search domains and options of a resolver. */
export interface DnsConfig {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

/** Reads a resolv.conf. */
export function parseResolvConf(text: string): DnsConfig {
  const servers: string[] = []
  let searches: string[] = []
  let options: string[] = []
  for (const line of text.split('\n')) {
    const [word, ...rest] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/)
    if (word === 'nameserver' && rest[0] !== undefined) servers.push(rest[0])
    if (word === 'search')
      searches = rest.map((domain) => (domain === '.' ? domain : domain.replace(/\.$/, '')))
    if (word === 'options') options = [...options, ...rest]
  }
  return { servers, searches, options }
}

const merged = (...lists: (readonly string[])[]) => [...new Set(lists.flat())]

/** How a pod's containers find names, by its policy; ClusterFirst without a cluster DNS is the host's way. */
export function dnsOf({ metadata, spec }: Pod, host: DnsConfig, node: NodeFacts): DnsConfig {
  const policy = spec?.dnsPolicy ?? 'ClusterFirst'
  const isOnHost = spec?.hostNetwork === true
  const usesCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !isOnHost)
  let base = policy === 'None' ? { servers: [], searches: [], options: [] } : host
  if (usesCluster && node.clusterDNS.length > 0) {
    const domain = node.clusterDomain
    const own = domain === '' ? [] : [`${metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain]
    base = { servers: [...node.clusterDNS], searches: merged(own, host.searches), options: ['ndots:5'] }
  }
  const custom = spec?.dnsConfig
  const options = (custom?.options ?? []).map(({ name = '', value }) =>
    value === undefined ? name : `${name}:${value}`,
  )
  const overridden = new Set(options.map((option) => option.split(':', 1)[0]))
  return {
    servers: merged(base.servers, custom?.nameservers ?? []),
    searches: merged(base.searches, custom?.searches ?? []),
    options: [...base.options.filter((option) => !overridden.has(option.split(':', 1)[0])), ...options],
  }
}
