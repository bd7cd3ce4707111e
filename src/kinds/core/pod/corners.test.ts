import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored } from '#testkit/kind-check'
import type { Container, Pod, PodSpec, Volume } from '../../gen/core-v1.ts'
import { pod } from './index.ts'

const sound = (): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { serviceAccountName: 'robot', containers: [{ name: 'nginx', image: 'nginx' }] },
})
const specOf = (object: Pod) => object.spec as PodSpec
const set = (more: Partial<PodSpec>) => (object: Pod) => Object.assign(specOf(object), more)
const container = (more: Partial<Container>) => (object: Pod) =>
  Object.assign(specOf(object).containers[0] as Container, more)
const volume = (source: Omit<Volume, 'name'>) => set({ volumes: [{ name: 'v', ...source }] })
const v = 'spec.volumes[0]'

test('sources of volumes that are seldom seen', () => {
  const iscsi = { targetPortal: 'a', iqn: 'iqn.2026-01.a:b', lun: 0 }
  const fieldRef = { fieldPath: 'metadata.name' }
  const resourceFieldRef = { containerName: 'nginx', resource: 'limits.cpu' }
  refuses(pod, sound, [
    [volume({ iscsi: { ...iscsi, iqn: 'iqn.x' } }), /iqn: Invalid value: "iqn\.x": must be valid format$/],
    [volume({ iscsi: { ...iscsi, chapAuthSession: true } }), `${v}.iscsi.secretRef: Required value`],
    [
      volume({ iscsi: { ...iscsi, initiatorName: 'x', targetPortal: 'a'.repeat(64) } }),
      /initiatorname: Invalid value: "x"/,
      /must be under 64 characters if iscsi\.initiatorName is specified\.$/,
    ],
    [
      volume({ azureDisk: { diskName: '', diskURI: '', cachingMode: 'x', kind: 'y' } }),
      `${v}.azureDisk.diskName: Required value`,
      `${v}.azureDisk.diskURI: Required value`,
      /cachingMode: Unsupported value: "x"/,
      /kind: Unsupported value: "y"/,
      /diskURI: Unsupported value: "": supported values: "https:/,
    ],
    [
      (object) => {
        object.metadata.name = 'a'.repeat(253)
        const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } }
        volume({ ephemeral: { volumeClaimTemplate: { metadata: {}, spec } } })(object)
      },
      /name: Invalid value: "v": PVC name ".*": must be no more than 253 characters$/,
    ],
    [volume({ gcePersistentDisk: { pdName: '' } }), `${v}.persistentDisk.pdName: Required value`],
    [
      volume({ flocker: { datasetName: 'a/b', datasetUUID: 'c' } }),
      /simultaneously$/,
      /must not contain '\/'$/,
    ],
    [volume({ cinder: { volumeID: '', secretRef: {} } }), /volumeID: Required/, /secretRef\.name: Required/],
    [volume({ quobyte: { registry: '', volume: '' } }), /registry: Required/, /volume: Required/],
    [
      volume({ quobyte: { registry: 'a:1', volume: 'b', tenant: 'x'.repeat(65) } }),
      /may not exceed a length of 64/,
    ],
    [volume({ fc: { targetWWNs: ['a'], wwids: ['b'] } }), /specified simultaneously$/, /lun is required if/],
    [volume({ fc: { targetWWNs: ['a'], lun: 300 } }), /lun: Invalid value: 300/],
    [
      volume({ storageos: { volumeNamespace: 'A', secretRef: {} } }),
      /volumeName: Required/,
      /"A"/,
      /secretRef/,
    ],
    [volume({ csi: { driver: 'a', nodePublishSecretRef: { name: 'A' } } }), /csi\.name: Invalid value: "A"/],
    [volume({ csi: { driver: 'a'.repeat(64) } }), `${v}.csi.driver: Too long: may not be more than 63 bytes`],
    [
      volume({ downwardAPI: { items: [{ path: 'a', fieldRef, resourceFieldRef }] } }),
      `${v}.downwardAPI: Invalid value: "resource": fieldRef and resourceFieldRef can not be specified simultaneously`,
    ],
    [
      volume({ projected: { sources: [{ downwardAPI: { items: [{ path: 'a' }] } }] } }),
      `${v}.projected.sources[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required`,
    ],
    [
      volume({
        projected: { sources: [{ serviceAccountToken: { path: 'a', expirationSeconds: 2 ** 33 } }] },
      }),
      /may not specify a duration larger than 2\^32 seconds$/,
    ],
    [
      (object) => {
        volume({})(object)
        container({ volumeMounts: [{ name: 'v', mountPath: '/a', recursiveReadOnly: 'x' }] })(object)
      },
      /recursiveReadOnly: Unsupported value: "x": supported values: "Disabled", "Enabled", "IfPossible"$/,
    ],
  ])
  const bare = { ...read<Pod>(pod, sound()), metadata: { name: 'a', namespace: 'b' } }
  specOf(bare).volumes = [{ name: 'v' }]
  const errors = [...(pod.rules.validate?.(bare, { now: 0, subresource: '' }) ?? [])]
  assert.deepEqual(
    errors.map(({ path, body }) => `${path}: ${body}`),
    [`${v}: Required value: must specify a volume type`],
  )
})

test('containers that are seldom seen', () => {
  const c = 'spec.containers[0]'
  const codes = { operator: 'x', values: [1, 1] }
  const rule = { action: 'Restart', exitCodes: { operator: 'In', values: [1] } }
  refuses(pod, sound, [
    [
      container({ restartPolicy: 'Never', restartPolicyRules: [{ action: '', exitCodes: { ...codes } }] }),
      `${c}.restartPolicyRules[0].action: Required value`,
      /operator: Unsupported value: "x": supported values: "In", "NotIn"$/,
      /values\[1\]: Duplicate value: 1$/,
    ],
    [
      container({ restartPolicy: 'Never', restartPolicyRules: Array.from({ length: 21 }, () => rule) }),
      `${c}.restartPolicyRules: Too many: 21: must have at most 20 items`,
    ],
    [container({ resources: { claims: [{ name: '' }] } }), `${c}.resources.claims[0]: Required value`],
    [
      (object) => {
        set({ resourceClaims: [{ name: 'a', resourceClaimName: 'b' }] })(object)
        container({ resources: { claims: [{ name: 'a', request: 'x' }, { name: 'a' }] } })(object)
      },
      `${c}.resources.claims[1]: Duplicate value: "a"`,
    ],
    [
      container({ resources: { limits: { 'a b/c': '1' } } }),
      /limits\[a b\/c\]: Invalid value: "a b\/c": prefix part/,
      /doesn't follow extended resource name standard$/,
      /requests\[a b\/c\]/,
      /requests\[a b\/c\]/,
    ],
    [
      (object) => {
        set({ restartPolicy: 'Never' })(object)
        const policy = { resourceName: 'cpu', restartPolicy: 'RestartContainer' }
        container({ resizePolicy: [policy, policy] })(object)
      },
      /must be 'NotRequired' when `restartPolicy` is 'Never'$/,
      `${c}.resizePolicy[1]: Duplicate value: "cpu"`,
    ],
    [
      container({ securityContext: { seccompProfile: { type: 'Unconfined', localhostProfile: 'a' } } }),
      /can only be set when seccomp type is Localhost$/,
    ],
    [
      container({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: '/a' } } }),
      /localhostProfile: Invalid value: "\/a": must be a relative path$/,
    ],
    [
      container({ securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: ' a' } } }),
      /must not be padded with whitespace$/,
    ],
    [
      set({ hostIPC: true, securityContext: { sysctls: [{ name: 'kernel/shm_rmid_forced', value: '1' }] } }),
      /may not be specified when 'hostIPC' is true$/,
    ],
    [
      set({
        securityContext: {
          sysctls: [
            { name: 'a', value: '1' },
            { name: 'a', value: '2' },
          ],
        },
      }),
      /sysctls\[1\]\.name: Duplicate value: "a"$/,
    ],
    [
      (object) => {
        object.metadata.annotations = { 'seccomp.security.alpha.kubernetes.io/pod': 'localhost//a' }
      },
      /must be a relative path$/,
    ],
    ...(
      [
        ['limits.memory', 'the memory resource'],
        ['requests.ephemeral-storage', 'the local ephemeral storage resource'],
        ['limits.hugepages-2Mi', 'the hugepages resource'],
      ] as const
    ).map(([resource, name]) => {
      const valueFrom = { resourceFieldRef: { resource, divisor: '3' } }
      return [
        container({ env: [{ name: 'A', valueFrom }] }),
        new RegExp(`are supported with ${name}$`),
      ] as const
    }),
    [
      container({
        env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: '', path: '/a', key: '=' } } }],
      }),
      /fileKeyRef\.key: Invalid value: "="/,
      /fileKeyRef\.volumeName: Required value$/,
      /fileKeyRef\.path: Invalid value: "\/a": must be a relative path$/,
    ],
  ])
})

test('Windows has users of its own', () => {
  const user = (runAsUserName: string) =>
    container({ securityContext: { windowsOptions: { runAsUserName } } })
  refuses(pod, sound, [
    [user('a\u0001'), /cannot contain control characters$/],
    [user('a\\b\\c'), /cannot contain more than one backslash$/],
    [user(`${'a'.repeat(256)}\\b`), /Domain length must be under 256 characters$/],
    [user('a*b\\c'), /Domain doesn't match the NetBios nor the DNS format$/],
    [user('a\\'), /User cannot be empty$/],
    [user('a'.repeat(105)), /User length must not be longer than 104 characters$/],
    [user('. .'), /User cannot contain only periods or spaces$/],
    [user('a;b'), /User cannot contain the following characters/],
    [
      container({
        securityContext: { windowsOptions: { gmsaCredentialSpecName: 'A', gmsaCredentialSpec: '' } },
      }),
      /gmsaCredentialSpecName: Invalid value: "A"/,
      /gmsaCredentialSpec cannot be an empty string$/,
    ],
    [
      container({ securityContext: { windowsOptions: { gmsaCredentialSpec: 'a'.repeat(65_537) } } }),
      /size must be under 64 KiB$/,
    ],
    [
      (object) => {
        set({ os: { name: 'linux' } })(object)
        container({ securityContext: { windowsOptions: {} } })(object)
      },
      'spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    ],
    [set({ os: { name: '' } }), 'spec.os.name: Required value'],
  ])
})

test('wishes for nodes and neighbours that are seldom seen', () => {
  const must = 'requiredDuringSchedulingIgnoredDuringExecution' as const
  const may = 'preferredDuringSchedulingIgnoredDuringExecution' as const
  const wrong = { matchExpressions: [{ key: 'a', operator: 'x' }] }
  const fields = (key: string, operator: string, ...values: string[]) =>
    set({
      affinity: {
        nodeAffinity: { [must]: { nodeSelectorTerms: [{ matchFields: [{ key, operator, values }] }] } },
      },
    })
  const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }
  const labelled = (change: (object: Pod) => unknown) => (object: Pod) => {
    object.metadata.labels = { app: 'web' }
    change(object)
  }
  const asks = { matchLabels: { app: 'web' } }
  refuses(pod, sound, [
    [fields('metadata.name', 'Exists'), /operator: Invalid value: "Exists": not a valid selector operator$/],
    [fields('metadata.name', 'In', 'a', 'b'), /must be only one value when `operator` is 'In' or 'NotIn'/],
    [fields('metadata.name', 'In', 'A'), /values\[0\]: Invalid value: "A"/],
    [
      set({
        affinity: {
          nodeAffinity: {
            [may]: [{ weight: 1, preference: { matchExpressions: [{ key: 'a b', operator: 'Exists' }] } }],
          },
        },
      }),
      /preference\.matchExpressions\[0\]\.key: Invalid value: "a b"/,
    ],
    [
      set({
        affinity: {
          podAffinity: {
            [may]: [
              {
                weight: 0,
                podAffinityTerm: { topologyKey: 'a', labelSelector: wrong, namespaceSelector: wrong },
              },
            ],
          },
        },
      }),
      /weight: Invalid value: 0: must be in the range 1-100$/,
      /podAffinityTerm\.labelSelector\.matchExpressions\[0\]\.operator: .*not a valid selector operator$/,
      /podAffinityTerm\.namespaceSelector\.matchExpressions\[0\]\.operator: /,
    ],
    [
      set({
        affinity: {
          podAffinity: { [must]: [{ topologyKey: 'a', labelSelector: {}, mismatchLabelKeys: ['a b'] }] },
        },
      }),
      /mismatchLabelKeys\[0\]: Invalid value: "a b"/,
    ],
    [fields('spec.x', 'In', 'a'), /key: Invalid value: "spec\.x": not a valid field selector key$/],
    [
      labelled(
        set({
          affinity: {
            podAffinity: { [must]: [{ topologyKey: 'a', labelSelector: asks, matchLabelKeys: ['app'] }] },
          },
        }),
      ),
      /\[0\]\[0\]: Invalid value: "app": exists in both matchLabelKeys and labelSelector$/,
    ],
    [
      labelled(
        set({ topologySpreadConstraints: [{ ...spread, labelSelector: asks, matchLabelKeys: ['app'] }] }),
      ),
      /matchLabelKeys\[0\]: Invalid value: "app": exists in both matchLabelKeys and labelSelector$/,
    ],
    [
      set({ topologySpreadConstraints: [{ ...spread, matchLabelKeys: ['app'] }] }),
      /must not be specified when labelSelector is not set$/,
    ],
    [
      set({
        topologySpreadConstraints: [{ ...spread, labelSelector: {}, minDomains: 1, nodeTaintsPolicy: 'x' }],
      }),
      /can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway$/,
      /nodeTaintsPolicy: Unsupported value: "x": supported values: "Honor", "Ignore"$/,
    ],
    [
      set({
        dnsConfig: { searches: ['a'.repeat(200), ...Array.from({ length: 10 }, () => 'b'.repeat(200))] },
      }),
      /must not have more than 2048 characters \(including spaces\) in the search list$/,
    ],
  ])
  const term = {
    podAffinityTerm: { topologyKey: 'z', labelSelector: {}, matchLabelKeys: ['app'] },
    weight: 1,
  }
  const object = sound()
  labelled(set({ affinity: { podAffinity: { [may]: [term] } } }))(object)
  const [made] = stored<Pod>(pod, object).spec?.affinity?.podAffinity?.[may] ?? []
  assert.equal(made?.podAffinityTerm.labelSelector?.matchExpressions?.length, 1)
})

test('some servers let no container be privileged', () => {
  const object = read<Pod>(pod, sound())
  container({ securityContext: { privileged: true } })(object)
  const faults = (allowPrivileged?: boolean) => {
    const context = { now: 0, subresource: '', ...(allowPrivileged !== undefined && { allowPrivileged }) }
    return [...(pod.rules.validate?.(object, context) ?? [])].map(({ path, body }) => `${path}: ${body}`)
  }
  assert.deepEqual([faults(), faults(true)], [[], []])
  assert.deepEqual(faults(false), [
    'spec.containers[0].securityContext.privileged: Forbidden: disallowed by cluster policy',
  ])
})

test('what a pod asks for as a whole is filled in from its containers', () => {
  const asks = (requests: Record<string, string>, limits: Record<string, string> = {}) => ({
    resources: { requests, limits },
  })
  const resources = (more: Partial<PodSpec>) => {
    const object = sound()
    Object.assign(specOf(object), more)
    return read<Pod>(pod, object).spec?.resources
  }
  const two = [
    { name: 'a', image: 'a', ...asks({ cpu: '1', memory: '1Gi' }) },
    { name: 'b', image: 'b', ...asks({ cpu: '500m', 'hugepages-2Mi': '2Mi' }, { 'hugepages-2Mi': '2Mi' }) },
  ]
  assert.equal(resources({ containers: two }), undefined)
  assert.deepEqual(resources({ containers: two, ...asks({}, { cpu: '4' }) }), {
    limits: { cpu: '4', 'hugepages-2Mi': '2Mi' },
    requests: { cpu: '1500m', memory: '1Gi', 'hugepages-2Mi': '2Mi' },
  })
  const initContainers = [
    { name: 's', image: 's', restartPolicy: 'Always', ...asks({ cpu: '1' }) },
    { name: 'i', image: 'i', ...asks({ cpu: '5' }) },
  ]
  assert.equal(resources({ containers: two, initContainers, ...asks({}, { cpu: '9' }) })?.requests?.cpu, '6')
})
