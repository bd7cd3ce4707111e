// Every field that the Pod Security Standards look at, in every place where it can stand: what passes and what does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecuredPod } from './check.ts'
import { faultsOf, faultWords } from './evaluate.ts'
import type { Standard } from './policy.ts'

type Fields = Record<string, unknown>

/** Merges trees; values of the second go before those of the first, undefined takes a member away. */
function merged(base: Fields, more: Fields): Fields {
  const result: Fields = { ...base }
  for (const [key, value] of Object.entries(more)) {
    const old = result[key]
    const isTree = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one)
    if (value === undefined) delete result[key]
    else result[key] = isTree(old) && isTree(value) ? merged(old as Fields, value as Fields) : value
  }
  return result
}

const goodContainer: Fields = {
  image: 'x',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
}
const goodPod: Fields = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
}

const places = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** A pod that passes, with one container in each place, one of which and the pod itself have more. */
function podOf(more: {
  place?: (typeof places)[number]
  container?: Fields
  pod?: Fields
  annotations?: Fields
}) {
  const spec: Fields = merged(goodPod, more.pod ?? {})
  for (const place of places) {
    const own = place === more.place ? (more.container ?? {}) : {}
    spec[place] = [{ name: place, ...merged(goodContainer, own) }]
  }
  return { metadata: { annotations: more.annotations ?? {} }, spec } as unknown as SecuredPod
}

const words = (pod: SecuredPod, level: Standard['level'], version: Standard['version'] = 'latest') =>
  faultWords(faultsOf(pod, { level, version }))

/** What a container sets; what the baseline says of it, and what is said of it at the restricted level where it differs. */
type ContainerRow = [what: string, container: Fields, baseline: string, restricted?: string]

const context = (fields: Fields): Fields => ({ securityContext: fields })
const httpGet = (host: string) => ({ httpGet: { port: 80, host } })
const tcpSocket = (host: string) => ({ tcpSocket: { port: 80, host } })
const usesHost = (host = '1.2.3.4') =>
  `probe or lifecycle host (container "@" uses probe or lifecycle host "${host}")`
const mustNotAdd = (names: string) =>
  `(container "@" must not include ${names} in securityContext.capabilities.add)`
const badSeLinux = (why: string) =>
  `seLinuxOptions (container "@" set forbidden securityContext.seLinuxOptions: ${why})`

const containerRows: ContainerRow[] = [
  ['nothing', {}, ''],
  [
    'privileged',
    context({ privileged: true }),
    'privileged (container "@" must not set securityContext.privileged=true)',
  ],
  ['privileged false', context({ privileged: false }), ''],
  ['a port', { ports: [{ containerPort: 80 }] }, ''],
  ['hostPort 0', { ports: [{ containerPort: 80, hostPort: 0 }] }, ''],
  ['a hostPort', { ports: [{ hostPort: 80 }] }, 'hostPort (container "@" uses hostPort 80)'],
  [
    'hostPorts',
    { ports: [{ hostPort: 80 }, { hostPort: 443 }, { hostPort: 80 }] },
    'hostPort (container "@" uses hostPorts 443, 80)',
  ],
  [
    'hostProcess',
    context({ windowsOptions: { hostProcess: true } }),
    'hostProcess (container "@" must not set securityContext.windowsOptions.hostProcess=true)',
  ],
  ['hostProcess false', context({ windowsOptions: { hostProcess: false } }), ''],
  ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((probe): ContainerRow[] => [
    [`${probe} httpGet.host`, { [probe]: httpGet('1.2.3.4') }, usesHost()],
    [`${probe} tcpSocket.host`, { [probe]: tcpSocket('1.2.3.4') }, usesHost()],
    [`${probe} without host`, { [probe]: { httpGet: { port: 80 } } }, ''],
    [`${probe} with an empty host`, { [probe]: tcpSocket('') }, ''],
    [`${probe} exec`, { [probe]: { exec: { command: ['true'] } } }, ''],
  ]),
  ...(['postStart', 'preStop'] as const).flatMap((hook): ContainerRow[] => [
    [`${hook} httpGet.host`, { lifecycle: { [hook]: httpGet('1.2.3.4') } }, usesHost()],
    [`${hook} tcpSocket.host`, { lifecycle: { [hook]: tcpSocket('1.2.3.4') } }, usesHost()],
    [`${hook} without host`, { lifecycle: { [hook]: { httpGet: { port: 80 } } } }, ''],
    [`${hook} sleep`, { lifecycle: { [hook]: { sleep: { seconds: 1 } } } }, ''],
  ]),
  [
    'two hosts',
    { livenessProbe: httpGet('b'), readinessProbe: tcpSocket('a') },
    'probe or lifecycle host (container "@" uses probe or lifecycle hosts "a", "b")',
  ],
  ...['RuntimeDefault', 'Localhost'].flatMap((type): ContainerRow[] => [
    [`AppArmor ${type}`, context({ appArmorProfile: { type } }), ''],
    [`seccomp ${type}`, context({ seccompProfile: { type } }), ''],
  ]),
  [
    'AppArmor Unconfined',
    context({ appArmorProfile: { type: 'Unconfined' } }),
    'forbidden AppArmor profile (container "@" must not set AppArmor profile type to "Unconfined")',
  ],
  [
    'seccomp Unconfined',
    context({ seccompProfile: { type: 'Unconfined' } }),
    'seccompProfile (container "@" must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  ...['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t', ''].map(
    (type): ContainerRow => [`SELinux type ${type}`, context({ seLinuxOptions: { type } }), ''],
  ),
  ['SELinux level', context({ seLinuxOptions: { level: 's0:c1' } }), ''],
  ['SELinux type', context({ seLinuxOptions: { type: 'spc_t' } }), badSeLinux('type "spc_t"')],
  ['SELinux user', context({ seLinuxOptions: { user: 'u' } }), badSeLinux('user may not be set')],
  ['SELinux role', context({ seLinuxOptions: { role: 'r' } }), badSeLinux('role may not be set')],
  [
    'SELinux all',
    context({ seLinuxOptions: { type: 'x', user: 'u', role: 'r' } }),
    badSeLinux('type "x"; user may not be set; role may not be set'),
  ],
  ...[
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'SETFCAP',
    'SETGID',
    'SETPCAP',
    'SETUID',
    'SYS_CHROOT',
  ].map(
    (name): ContainerRow => [
      `capability ${name}`,
      context({ capabilities: { add: [name] } }),
      '',
      `unrestricted capabilities ${mustNotAdd(`"${name}"`)}`,
    ],
  ),
  ['capability NET_BIND_SERVICE', context({ capabilities: { add: ['NET_BIND_SERVICE'] } }), ''],
  ...['NET_RAW', 'SYS_ADMIN', 'ALL', 'chown'].map(
    (name): ContainerRow => [
      `capability ${name}`,
      context({ capabilities: { add: [name] } }),
      `non-default capabilities ${mustNotAdd(`"${name}"`)}`,
      `unrestricted capabilities ${mustNotAdd(`"${name}"`)}`,
    ],
  ),
  [
    'capabilities in order',
    context({ capabilities: { add: ['SYS_TIME', 'CHOWN', 'NET_RAW'] } }),
    `non-default capabilities ${mustNotAdd('"NET_RAW", "SYS_TIME"')}`,
    `unrestricted capabilities ${mustNotAdd('"CHOWN", "NET_RAW", "SYS_TIME"')}`,
  ],
  ['procMount Default', context({ procMount: 'Default' }), ''],
  [
    'procMount Unmasked',
    context({ procMount: 'Unmasked' }),
    'procMount (container "@" must not set securityContext.procMount to "Unmasked")',
  ],
  [
    'no capability dropped',
    context({ capabilities: { drop: ['CHOWN'] } }),
    '',
    'unrestricted capabilities (container "@" must set securityContext.capabilities.drop=["ALL"])',
  ],
  [
    'no capabilities',
    context({ capabilities: undefined }),
    '',
    'unrestricted capabilities (container "@" must set securityContext.capabilities.drop=["ALL"])',
  ],
  ...[true, undefined].map(
    (allowPrivilegeEscalation): ContainerRow => [
      `allowPrivilegeEscalation ${allowPrivilegeEscalation}`,
      context({ allowPrivilegeEscalation }),
      '',
      'allowPrivilegeEscalation != false (container "@" must set securityContext.allowPrivilegeEscalation=false)',
    ],
  ),
  ['runAsNonRoot', context({ runAsNonRoot: true }), ''],
  [
    'runAsNonRoot false',
    context({ runAsNonRoot: false }),
    '',
    'runAsNonRoot != true (container "@" must not set securityContext.runAsNonRoot=false)',
  ],
  ['runAsUser 1', context({ runAsUser: 1 }), ''],
  ['runAsUser 0', context({ runAsUser: 0 }), '', 'runAsUser=0 (container "@" must not set runAsUser=0)'],
]

for (const place of places) {
  for (const [what, container, baseline, restricted = baseline] of containerRows) {
    test(`${what} in ${place}`, () => {
      const pod = podOf({ place, container })
      assert.equal(words(pod, 'baseline'), baseline.replaceAll('@', place))
      assert.equal(words(pod, 'restricted'), restricted.replaceAll('@', place))
      assert.equal(words(pod, 'privileged'), '')
    })
  }
}

type PodRow = [what: string, pod: Fields, baseline: string, restricted?: string]

const all = '"initContainers", "containers", "ephemeralContainers"'
const volume = (source: string) => ({ volumes: [{ name: 'v', [source]: {} }] })

const podRows: PodRow[] = [
  ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).flatMap((field): PodRow[] => [
    [field, { [field]: true }, `host namespaces (${field}=true)`],
    [`${field} false`, { [field]: false }, ''],
  ]),
  [
    'all host namespaces',
    { hostIPC: true, hostPID: true, hostNetwork: true },
    'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)',
  ],
  ...[
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ].map((source): PodRow => [`volume ${source}`, volume(source), '']),
  ...[
    'gcePersistentDisk',
    'awsElasticBlockStore',
    'gitRepo',
    'nfs',
    'iscsi',
    'glusterfs',
    'rbd',
    'flexVolume',
    'cinder',
    'cephfs',
    'flocker',
    'fc',
    'azureFile',
    'vsphereVolume',
    'quobyte',
    'azureDisk',
    'photonPersistentDisk',
    'portworxVolume',
    'scaleIO',
    'storageos',
  ].map(
    (source): PodRow => [
      `volume ${source}`,
      volume(source),
      '',
      `restricted volume types (volume "v" uses restricted volume type "${source}")`,
    ],
  ),
  [
    'volume hostPath',
    volume('hostPath'),
    'hostPath volumes (volume "v")',
    'restricted volume types (volume "v" uses restricted volume type "hostPath")',
  ],
  [
    'volumes',
    {
      volumes: [
        { name: 'b', nfs: {} },
        { name: 'a', hostPath: {} },
        { name: 'c', hostPath: {} },
      ],
    },
    'hostPath volumes (volumes "a", "c")',
    'restricted volume types (volumes "b", "a", "c" use restricted volume types "hostPath", "nfs")',
  ],
  ...[
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
  ].map((name): PodRow => [`sysctl ${name}`, context({ sysctls: [{ name, value: '1' }] }), '']),
  ...['kernel.msgmax', 'net.core.somaxconn', 'constructor', 'net.ipv4.tcp_notsent_lowat'].map(
    (name): PodRow => [
      `sysctl ${name}`,
      context({ sysctls: [{ name, value: '1' }] }),
      `forbidden sysctls (${name})`,
    ],
  ),
  [
    'hostProcess',
    context({ windowsOptions: { hostProcess: true } }),
    'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
  ],
  [
    'AppArmor Unconfined',
    context({ appArmorProfile: { type: 'Unconfined' } }),
    'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
  ],
  [
    'seccomp Unconfined',
    context({ seccompProfile: { type: 'Unconfined' } }),
    'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    'no seccomp',
    context({ seccompProfile: undefined }),
    '',
    `seccompProfile (pod or containers ${all} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
  ],
  [
    'SELinux type',
    context({ seLinuxOptions: { type: 'x' } }),
    'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "x")',
  ],
  [
    'no runAsNonRoot',
    context({ runAsNonRoot: undefined }),
    '',
    `runAsNonRoot != true (pod or containers ${all} must set securityContext.runAsNonRoot=true)`,
  ],
  [
    'runAsNonRoot false',
    context({ runAsNonRoot: false }),
    '',
    'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
  ],
  ['runAsUser 0', context({ runAsUser: 0 }), '', 'runAsUser=0 (pod must not set runAsUser=0)'],
  ['root of its own users', { hostUsers: false, securityContext: { runAsUser: 0, runAsNonRoot: false } }, ''],
  [
    'faults in order',
    { hostNetwork: true, securityContext: { runAsUser: 0, appArmorProfile: { type: 'Unconfined' } } },
    'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined"), host namespaces (hostNetwork=true)',
    'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined"), host namespaces (hostNetwork=true), runAsUser=0 (pod must not set runAsUser=0)',
  ],
]

for (const [what, pod, baseline, restricted = baseline] of podRows) {
  test(`${what} of the pod`, () => {
    assert.equal(words(podOf({ pod }), 'baseline'), baseline)
    assert.equal(words(podOf({ pod }), 'restricted'), restricted)
  })
}

test('AppArmor in annotations', () => {
  const key = 'container.apparmor.security.beta.kubernetes.io/a'
  for (const value of ['', 'runtime/default', 'localhost/mine'])
    assert.equal(words(podOf({ annotations: { [key]: value } }), 'baseline'), '')
  const detail = `annotation must not set AppArmor profile type to "${key}="unconfined""`
  assert.equal(
    words(podOf({ annotations: { [key]: 'unconfined' } }), 'baseline'),
    `forbidden AppArmor profile (${detail})`,
  )
})

test('several containers are told together', () => {
  const bare = { spec: { containers: [{ name: 'a' }, { name: 'b' }] } } as unknown as SecuredPod
  assert.equal(
    words(bare, 'restricted'),
    'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  )
})

/** What differs by version: the last one that says so, and the first that does not, or the other way round. */
const versionRows: [
  what: string,
  pod: SecuredPod,
  level: Standard['level'],
  version: number,
  isFound: boolean,
][] = [
  [
    'probe host',
    podOf({ place: 'containers', container: { livenessProbe: httpGet('h') } }),
    'baseline',
    34,
    true,
  ],
  [
    'capabilities',
    podOf({ place: 'containers', container: context({ capabilities: { drop: undefined } }) }),
    'restricted',
    22,
    true,
  ],
  [
    'escalation',
    podOf({ place: 'containers', container: context({ allowPrivilegeEscalation: true }) }),
    'restricted',
    8,
    true,
  ],
  ['runAsUser 0', podOf({ pod: context({ runAsUser: 0 }) }), 'restricted', 23, true],
  ['seccomp missing', podOf({ pod: context({ seccompProfile: undefined }) }), 'restricted', 19, true],
  [
    'seccomp field',
    podOf({ pod: context({ seccompProfile: { type: 'Unconfined' } }) }),
    'baseline',
    19,
    true,
  ],
  [
    'seccomp annotation',
    podOf({ annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' } }),
    'baseline',
    19,
    false,
  ],
  [
    'SELinux engine',
    podOf({ pod: context({ seLinuxOptions: { type: 'container_engine_t' } }) }),
    'baseline',
    31,
    false,
  ],
  [
    'sysctl of 1.27',
    podOf({ pod: context({ sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] }) }),
    'baseline',
    27,
    false,
  ],
  [
    'sysctl of 1.29',
    podOf({ pod: context({ sysctls: [{ name: 'net.ipv4.tcp_fin_timeout' }] }) }),
    'baseline',
    29,
    false,
  ],
  [
    'sysctl of 1.32',
    podOf({ pod: context({ sysctls: [{ name: 'net.ipv4.tcp_wmem' }] }) }),
    'baseline',
    32,
    false,
  ],
  [
    'own users, root',
    podOf({ pod: { hostUsers: false, ...context({ runAsNonRoot: false }) } }),
    'restricted',
    35,
    false,
  ],
  [
    'own users, unmasked',
    podOf({ pod: { hostUsers: false }, place: 'containers', container: context({ procMount: 'Unmasked' }) }),
    'baseline',
    35,
    false,
  ],
  [
    'Windows, escalation',
    podOf({
      pod: { os: { name: 'windows' } },
      place: 'containers',
      container: context({ allowPrivilegeEscalation: undefined }),
    }),
    'restricted',
    25,
    false,
  ],
  [
    'Windows, seccomp',
    podOf({ pod: { os: { name: 'windows' }, ...context({ seccompProfile: undefined }) } }),
    'restricted',
    25,
    false,
  ],
]

for (const [what, pod, level, version, isFound] of versionRows) {
  test(`${what} is judged otherwise since 1.${version}`, () => {
    assert.equal(words(pod, level, version) !== '', isFound)
    assert.equal(words(pod, level, version - 1) !== '', !isFound)
  })
}

test('own users do not unmask /proc at the restricted level', () => {
  const container = context({ procMount: 'Unmasked' })
  const pod = podOf({ pod: { hostUsers: false }, place: 'containers', container })
  assert.match(words(pod, 'restricted'), /^procMount /)
})
