import type { Pod } from '#kinds/gen/core-v1'
import type { NodeFacts, SandboxConfig } from '../contract.ts'
import { protocolNumber } from '../cri/numbers.ts'
import { podLabels } from '../pod/labels.ts'
import { dottedSysctl } from '../pod/sysctls.ts'
import { type DnsConfig, dnsOf } from './dns.ts'
import { hostnameOf } from './hosts-file.ts'
import { type IdRange, sandboxSecurity } from './security.ts'
import { podLogFolder } from './log-paths.ts'

/** What a pod's sandbox is made from. */
export interface SandboxSources {
  readonly podLogsDir: string
  readonly cgroupParent: string
  readonly resolver: DnsConfig
  readonly node: NodeFacts
  /** Undefined for a pod among the machine's users. */
  readonly users?: IdRange | undefined
}

const portsOf = ({ spec }: Pod) =>
  spec?.hostNetwork
    ? []
    : [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
        .flatMap(({ ports = [] }) => ports)
        .filter(({ hostPort = 0 }) => hostPort > 0)
        .map(({ containerPort, hostPort = 0, protocol = 'TCP', hostIP = '' }) => ({
          containerPort,
          hostPort,
          hostIp: hostIP,
          protocol: protocolNumber[protocol as keyof typeof protocolNumber] ?? protocolNumber.TCP,
        }))

/** Labels by which the pod's sandbox and containers are found again. */
export const podLabelsOf = ({ metadata }: Pod) => ({
  [podLabels.name]: metadata.name ?? '',
  [podLabels.namespace]: metadata.namespace ?? '',
  [podLabels.uid]: metadata.uid ?? '',
})

/** The sandbox of a pod in the runtime interface's form. */
export function sandboxConfig(pod: Pod, attempt: number, sources: SandboxSources): SandboxConfig {
  const { metadata, spec } = pod
  const { servers, searches, options } = dnsOf(pod, sources.resolver, sources.node)
  const sysctls = Object.fromEntries(
    (spec?.securityContext?.sysctls ?? []).map(({ name, value }) => [dottedSysctl(name), value]),
  )
  return {
    metadata: {
      name: metadata.name ?? '',
      uid: metadata.uid ?? '',
      namespace: metadata.namespace ?? '',
      attempt,
    },
    // On the host's network the pod has the host's name, which the runtime knows.
    hostname: spec?.hostNetwork ? '' : hostnameOf(pod),
    logDirectory: podLogFolder(sources.podLogsDir, pod),
    dnsConfig: { servers: [...servers], searches: [...searches], options: [...options] },
    portMappings: portsOf(pod),
    labels: { ...metadata.labels, ...podLabelsOf(pod) },
    annotations: { ...metadata.annotations },
    linux: {
      cgroupParent: sources.cgroupParent,
      securityContext: sandboxSecurity(pod, sources.users),
      sysctls,
    },
  }
}
