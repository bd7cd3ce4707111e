import type { Pod } from '#kinds/gen/core-v1'

const loopback = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
]

const head = '# Kubernetes-managed hosts file.'
const hostHead = '# Kubernetes-managed hosts file (host network).'

/** The pod's own name for itself. */
export function hostnameOf({ metadata, spec }: Pod): string {
  if (spec?.hostnameOverride !== undefined) return spec.hostnameOverride
  const name = spec?.hostname || (metadata.name ?? '')
  // The kernel takes 64 bytes; upstream keeps to a label's 63 and to an end that a label may have.
  return name.slice(0, 63).replace(/[-.]+$/, '')
}

function aliases({ spec }: Pod): string[] {
  const list = spec?.hostAliases ?? []
  if (list.length === 0) return []
  return [
    '',
    '# Entries added by HostAliases.',
    ...list.map(({ ip, hostnames = [] }) => [ip, ...hostnames].join('\t')),
  ]
}

/** The /etc/hosts of a pod with its own network. */
export function hostsFile(pod: Pod, ips: readonly string[], clusterDomain: string): string {
  const hostname = hostnameOf(pod)
  const { subdomain } = pod.spec ?? {}
  const domain =
    subdomain && clusterDomain !== '' ? `${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : ''
  const own = ips.map((ip) =>
    domain === '' ? `${ip}\t${hostname}` : `${ip}\t${hostname}.${domain}\t${hostname}`,
  )
  return `${[head, ...loopback, ...own, ...aliases(pod)].join('\n')}\n`
}

/** The /etc/hosts of a pod on the host's network: the host's own, and the pod's aliases. */
export function hostNetworkHostsFile(pod: Pod, ofHost: string): string {
  const added = aliases(pod)
  return `${hostHead}\n${ofHost}${added.length === 0 ? '' : `${added.join('\n')}\n`}`
}
