// Every field of a container that the Pod Security Standards look at, in every place where a container can stand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, type Fields, httpGet, places, podOf, words } from '#testkit/secured-pod'

/** What a container sets; what the baseline says of it, and what is said of it at the restricted level where it differs. */
type ContainerRow = [what: string, container: Fields, baseline: string, restricted?: string]

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
