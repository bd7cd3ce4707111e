// Every field of a pod that the Pod Security Standards look at, how faults are told, and what differs by version.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, type Fields, httpGet, podOf, words } from '#testkit/secured-pod'
import type { SecuredPod } from './check.ts'
import type { Standard } from './policy.ts'

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
