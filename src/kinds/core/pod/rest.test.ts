import { test } from 'node:test'
import { refuses } from '#testkit/kind-check'
import type { Container, Pod, PodSpec, Probe } from '../../gen/core-v1.ts'
import { pod } from './index.ts'

const sound = (): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
})
const onSpec = (change: (spec: PodSpec) => unknown) => (object: Pod) => change(object.spec as PodSpec)
const onContainer = (change: (container: Container) => unknown) =>
  onSpec(({ containers }) => change(containers[0] as Container))
const set = (more: Partial<PodSpec>) => onSpec((spec) => Object.assign(spec, more))
const c = 'spec.containers[0]'

test('probes and hooks ask in one way', () => {
  const probe = (one: Probe) => onContainer((container) => (container.livenessProbe = one))
  const exec = { command: ['a'] }
  const p = `${c}.livenessProbe`
  refuses(pod, sound, [
    [probe({}), `${p}: Required value: must specify a handler type`],
    [
      probe({ exec, httpGet: { port: 80 } }),
      `${p}.httpGet: Forbidden: may not specify more than 1 handler type`,
    ],
    [probe({ exec: {} }), `${p}.exec.command: Required value`],
    [
      probe({ httpGet: { port: 0 } }),
      `${p}.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive`,
    ],
    [
      probe({ httpGet: { port: 'A' } }),
      /port: Invalid value: "A": must contain only/,
      /must contain at least/,
    ],
    [
      probe({ httpGet: { port: 80, scheme: 'ftp' } }),
      `${p}.httpGet.scheme: Unsupported value: "ftp": supported values: "HTTP", "HTTPS"`,
    ],
    [
      probe({ httpGet: { port: 80, httpHeaders: [{ name: 'a b', value: '' }] } }),
      /httpHeaders: Invalid value: "a b"/,
    ],
    [probe({ tcpSocket: { port: 0 } }), /tcpSocket\.port: Invalid value: 0/],
    [probe({ grpc: { port: 0 } }), /grpc\.port: Invalid value: 0/],
    [
      probe({ exec, periodSeconds: -1 }),
      `${p}.periodSeconds: Invalid value: -1: must be greater than or equal to 0`,
    ],
    [probe({ exec, successThreshold: 2 }), `${p}.successThreshold: Invalid value: 2: must be 1`],
    [
      probe({ exec, terminationGracePeriodSeconds: 0 }),
      /terminationGracePeriodSeconds: .* must be greater than 0$/,
    ],
    [
      onContainer((one) => (one.readinessProbe = { exec, terminationGracePeriodSeconds: 1 })),
      /terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes$/,
    ],
    [
      onContainer((one) => (one.lifecycle = { preStop: { sleep: { seconds: 31 } } })),
      `${c}.lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)`,
    ],
    [
      onContainer((one) => (one.lifecycle = { postStart: {} })),
      /postStart: Required value: must specify a handler/,
    ],
  ])
})

test('resources are known, not negative and within their limits', () => {
  const resources = (limits: Record<string, string>, requests: Record<string, string>) =>
    onContainer((one) => (one.resources = { limits, requests }))
  const r = `${c}.resources`
  refuses(pod, sound, [
    [
      resources({ cpu: '1' }, { cpu: '2' }),
      `${r}.requests: Invalid value: "2": must be less than or equal to cpu limit of 1`,
    ],
    [
      resources({ cpu: '-1' }, { cpu: '-1' }),
      /limits\[cpu\]: Invalid value: "-1": must be greater than or equal to 0/,
      /requests\[cpu\]/,
    ],
    [
      resources({ disk: '1' }, { disk: '1' }),
      `${r}.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified`,
      `${r}.limits[disk]: Invalid value: "disk": must be a standard resource for containers`,
      `${r}.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified`,
      `${r}.requests[disk]: Invalid value: "disk": must be a standard resource for containers`,
    ],
    [
      resources({ 'a.b/c': '500m' }, {}),
      /limits\[a\.b\/c\]: .*must be an integer$/,
      /requests\[a\.b\/c\]: .*integer$/,
    ],
    [
      resources({}, { 'a.b/c': '1' }),
      `${r}.limits: Required value: Limit must be set for non overcommitable resources`,
    ],
    [
      resources({ 'a.b/c': '2' }, { 'a.b/c': '1' }),
      `${r}.requests: Invalid value: "1": must be equal to a.b/c limit of 2`,
    ],
    [resources({ 'hugepages-2Mi': '2Mi' }, {}), `${r}: Forbidden: HugePages require cpu or memory`],
    [
      resources({ 'hugepages-2Mi': '3Mi', cpu: '1' }, {}),
      /limits\[hugepages-2Mi\]: .*3Mi is not positive integer multiple of hugepages-2Mi$/,
      /requests\[hugepages-2Mi\]: /,
    ],
    [
      onContainer((one) => (one.resources = { claims: [{ name: 'x' }] })),
      `${r}.claims[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims which is empty`,
    ],
    [
      onContainer((one) => (one.resizePolicy = [{ resourceName: 'disk', restartPolicy: 'x' }])),
      `${c}.resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"`,
      `${c}.resizePolicy: Unsupported value: "x": supported values: "NotRequired", "RestartContainer"`,
    ],
    [
      onSpec((spec) => {
        spec.resources = { requests: { cpu: '1' } }
        Object.assign(spec.containers[0] as Container, { resources: { requests: { cpu: '2' } } })
      }),
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    ],
    [
      onSpec((spec) => {
        spec.resources = { limits: { cpu: '1' } }
        Object.assign(spec.containers[0] as Container, {
          resources: { limits: { cpu: '2' }, requests: { cpu: '1' } },
        })
      }),
      'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
    ],
    [set({ overhead: { disk: '1' } }), /spec\.overhead\.limits\[disk\]/, /spec\.overhead\.limits\[disk\]/],
  ])
})

test('containers are confined in known ways', () => {
  const context = (one: NonNullable<Container['securityContext']>) =>
    onContainer((container) => (container.securityContext = one))
  const s = `${c}.securityContext`
  refuses(pod, sound, [
    [
      context({ runAsUser: -1 }),
      `${s}.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive`,
    ],
    [context({ runAsGroup: 2 ** 31 }), /runAsGroup: Invalid value: 2147483648/],
    [
      context({ procMount: 'x' }),
      `${s}.procMount: Unsupported value: "x": supported values: "Default", "Unmasked"`,
    ],
    [context({ procMount: 'Unmasked' }), /`hostUsers` must be false to use `Unmasked`$/],
    [
      context({ seccompProfile: { type: 'Localhost' } }),
      /localhostProfile: Required value: must be set when seccomp/,
    ],
    [context({ seccompProfile: { type: 'x' } }), /seccompProfile\.type: Unsupported value: "x"/],
    [
      context({ appArmorProfile: { type: 'Localhost' } }),
      /localhostProfile: Required value: must be set when AppArmor/,
    ],
    [
      context({ appArmorProfile: { type: 'Unconfined', localhostProfile: 'a' } }),
      /can only be set when AppArmor/,
    ],
    [
      context({ allowPrivilegeEscalation: false, privileged: true }),
      /cannot set `allowPrivilegeEscalation` to false and `privileged` to true$/,
    ],
    [
      context({ allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } }),
      /and `capabilities\.Add` CAP_SYS_ADMIN$/,
    ],
    [context({ windowsOptions: { runAsUserName: '' } }), /runAsUserName cannot be an empty string$/],
    [set({ securityContext: { fsGroup: -1 } }), /spec\.securityContext\.fsGroup: Invalid value: -1/],
    [set({ securityContext: { supplementalGroups: [-1] } }), /supplementalGroups\[0\]: Invalid value: -1/],
    [set({ securityContext: { fsGroupChangePolicy: 'x' } }), /fsGroupChangePolicy: Unsupported value: "x"/],
    [set({ securityContext: { sysctls: [{ name: '', value: '' }] } }), /sysctls\[0\]\.name: Required value/],
    [
      set({ securityContext: { sysctls: [{ name: 'A', value: '' }] } }),
      /must have at most 253 characters and match regex/,
    ],
    [
      set({ hostNetwork: true, securityContext: { sysctls: [{ name: 'net.a', value: '' }] } }),
      /may not be specified when 'hostNetwork' is true$/,
    ],
    [
      set({ shareProcessNamespace: true, hostPID: true }),
      /ShareProcessNamespace and HostPID cannot both be enabled$/,
    ],
    [set({ hostUsers: false, hostPID: true }), 'spec.hostPID: Forbidden: when `hostUsers` is false'],
    [
      set({ os: { name: 'plan9' } }),
      'spec.os.name: Unsupported value: "plan9": supported values: "linux", "windows"',
    ],
    [
      set({ os: { name: 'windows' }, hostPID: true }),
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
    ],
  ])
})

test('names are looked up in known ways', () => {
  refuses(pod, sound, [
    [
      set({ dnsPolicy: 'x' }),
      'spec.dnsPolicy: Unsupported value: "x": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ],
    [
      set({ dnsPolicy: 'None' }),
      'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
    ],
    [
      set({ dnsPolicy: 'None', dnsConfig: {} }),
      /nameservers: Required value: must provide at least one DNS nameserver/,
    ],
    [
      set({ dnsConfig: { nameservers: ['x'] } }),
      /nameservers\[0\]: Invalid value: "x": must be a valid IP address/,
    ],
    [
      set({ dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] } }),
      /must not have more than 3/,
    ],
    [set({ dnsConfig: { searches: ['a b'] } }), /searches\[0\]: Invalid value: "a b": a lowercase/],
    [
      set({ dnsConfig: { searches: Array.from({ length: 33 }, () => 'a') } }),
      /not have more than 32 search paths/,
    ],
    [set({ dnsConfig: { options: [{}] } }), 'spec.dnsConfig.options[0]: Required value: must not be empty'],
    [set({ hostAliases: [{ ip: 'x' }] }), /hostAliases\[0\]\.ip: Invalid value: "x"/],
    [set({ hostAliases: [{ ip: '1.1.1.1', hostnames: ['A'] }] }), /hostnames\[0\]: Invalid value: "A"/],
  ])
})

test('scheduling is asked for in known ways', () => {
  const t = 'spec.tolerations[0]'
  const term = { topologyKey: 'zone', labelSelector: {} }
  const must = 'requiredDuringSchedulingIgnoredDuringExecution' as const
  const may = 'preferredDuringSchedulingIgnoredDuringExecution' as const
  const node = (expression: { key: string; operator: string; values?: string[] }) =>
    set({
      affinity: { nodeAffinity: { [must]: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } } },
    })
  const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} }
  refuses(pod, sound, [
    [
      set({ tolerations: [{}] }),
      `${t}.operator: Invalid value: "": operator must be Exists when \`key\` is empty, which means "match all values and all keys"`,
    ],
    [
      set({ tolerations: [{ key: 'a', operator: 'x' }] }),
      `${t}.operator: Unsupported value: "x": supported values: "Equal", "Exists"`,
    ],
    [
      set({ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }),
      /value must be empty when `operator` is 'Exists'$/,
    ],
    [
      set({ tolerations: [{ key: 'a', value: 'b c' }] }),
      /operator: Invalid value: "b c": a valid label must/,
    ],
    [set({ tolerations: [{ key: 'a b' }] }), /tolerations\[0\]\.key: Invalid value: "a b"/],
    [
      set({ tolerations: [{ key: 'a', tolerationSeconds: 1 }] }),
      `${t}.effect: Invalid value: "": effect must be 'NoExecute' when \`tolerationSeconds\` is set`,
    ],
    [
      set({ tolerations: [{ key: 'a', effect: 'x' }] }),
      `${t}.effect: Unsupported value: "x": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"`,
    ],
    [set({ nodeSelector: { 'a b': '' } }), /spec\.nodeSelector: Invalid value: "a b"/],
    [
      node({ key: 'a', operator: 'In' }),
      /values: Required value: must be specified when `operator` is 'In' or 'NotIn'$/,
    ],
    [node({ key: 'a', operator: 'Exists', values: ['b'] }), /values: Forbidden: may not be specified when/],
    [node({ key: 'a', operator: 'Gt' }), /must be specified single value when `operator` is 'Lt' or 'Gt'$/],
    [node({ key: 'a', operator: 'x' }), /operator: Invalid value: "x": not a valid selector operator$/],
    [node({ key: 'a', operator: 'In', values: ['b c'] }), /values\[0\]: Invalid value: "b c"/],
    [
      set({ affinity: { nodeAffinity: { [must]: { nodeSelectorTerms: [] } } } }),
      /must have at least one node selector term$/,
    ],
    [
      set({ affinity: { nodeAffinity: { [may]: [{ weight: 0, preference: {} }] } } }),
      /weight: Invalid value: 0: must be in the range 1-100$/,
    ],
    [
      set({ affinity: { podAffinity: { [must]: [{ ...term, topologyKey: '' }] } } }),
      /topologyKey: Required value: can not be empty$/,
      /name part must be non-empty$/,
      /topologyKey: Invalid value/,
    ],
    [
      set({ affinity: { podAntiAffinity: { [must]: [{ ...term, namespaces: ['A'] }] } } }),
      /podAntiAffinity.*namespace: Invalid value: "A"/,
    ],
    [
      set({ affinity: { podAffinity: { [must]: [{ topologyKey: 'a', matchLabelKeys: ['b'] }] } } }),
      /must not be specified when labelSelector is not set$/,
    ],
    [
      set({
        affinity: { podAffinity: { [must]: [{ ...term, matchLabelKeys: ['b'], mismatchLabelKeys: ['b'] }] } },
      }),
      /exists in both matchLabelKeys and mismatchLabelKeys$/,
    ],
    [
      set({ topologySpreadConstraints: [{ ...spread, maxSkew: 0 }] }),
      /maxSkew: Invalid value: 0: must be greater than zero$/,
    ],
    [
      set({ topologySpreadConstraints: [{ ...spread, topologyKey: '' }] }),
      /topologyKey: Required value: can not be empty$/,
    ],
    [
      set({ topologySpreadConstraints: [{ ...spread, whenUnsatisfiable: 'x' }] }),
      /Unsupported value: "x": supported values: "DoNotSchedule", "ScheduleAnyway"$/,
    ],
    [
      set({ topologySpreadConstraints: [spread, spread] }),
      /\{topologyKey, whenUnsatisfiable\}: Duplicate value: "\{zone, DoNotSchedule\}"$/,
    ],
    [
      set({ topologySpreadConstraints: [{ ...spread, minDomains: 0 }] }),
      /minDomains: Invalid value: 0: must be greater than zero$/,
    ],
    [
      set({ schedulingGates: [{ name: 'a' }, { name: 'a' }] }),
      'spec.schedulingGates[1]: Duplicate value: "a"',
    ],
    [
      set({ schedulingGates: [{ name: 'a' }], nodeName: 'n' }),
      /nodeName: Forbidden: cannot be set until all schedulingGates have been cleared$/,
    ],
    [
      set({ readinessGates: [{ conditionType: 'a b' }] }),
      /readinessGates\[0\]\.conditionType: Invalid value/,
    ],
  ])
})

test('the rest of a specification', () => {
  refuses(pod, sound, [
    [
      set({ restartPolicy: 'x' }),
      'spec.restartPolicy: Unsupported value: "x": supported values: "Always", "OnFailure", "Never"',
    ],
    [set({ nodeName: 'A' }), /spec\.nodeName: Invalid value: "A"/],
    [set({ hostname: 'a.b' }), 'spec.hostname: Invalid value: "a.b": must not contain dots'],
    [set({ subdomain: 'a.b' }), 'spec.subdomain: Invalid value: "a.b": must not contain dots'],
    [set({ serviceAccountName: 'A' }), /spec\.serviceAccountName: Invalid value: "A"/],
    [set({ priorityClassName: 'A' }), /spec\.priorityClassName: Invalid value: "A"/],
    [set({ hostnameOverride: 'A' }), /spec\.hostnameOverride: Invalid value: "A"/],
    [
      set({ hostnameOverride: 'a'.repeat(65) }),
      'spec.hostnameOverride: Too long: may not be more than 64 bytes',
    ],
    [set({ runtimeClassName: 'A' }), /spec\.runtimeClassName: Invalid value: "A"/],
    [
      set({ activeDeadlineSeconds: 0 }),
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ],
    [
      set({ preemptionPolicy: 'x' }),
      /preemptionPolicy: Unsupported value: "x": supported values: "PreemptLowerPriority", "Never"/,
    ],
    [
      set({ resourceClaims: [{ name: 'a' }] }),
      /must specify one of: `resourceClaimName`, `resourceClaimTemplateName`$/,
    ],
    [
      (object) => (object.metadata.annotations = { 'kubernetes.io/config.mirror': 'x' }),
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
    ],
    [
      (object) => (object.metadata.annotations = { 'controller.kubernetes.io/pod-deletion-cost': '+1' }),
      /must be a 32bit integer$/,
    ],
    [
      (object) => (object.metadata.annotations = { 'container.apparmor.security.beta.kubernetes.io/x': 'y' }),
      /container not found$/,
      /invalid AppArmor profile name: "y"$/,
    ],
    [
      (object) => (object.metadata.annotations = { 'seccomp.security.alpha.kubernetes.io/pod': 'y' }),
      /must be a valid seccomp profile$/,
    ],
  ])
})
