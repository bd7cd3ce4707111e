import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
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

test('changes that are seldom seen', () => {
  const gates = { schedulingGates: [{ name: 'g' }] }
  const must = 'requiredDuringSchedulingIgnoredDuringExecution' as const
  const affinity = (...matchFields: { key: string; operator: string; values: string[] }[]) => ({
    nodeAffinity: { [must]: { nodeSelectorTerms: [{ matchFields }] } },
  })
  const made = (more: Partial<PodSpec>, metadata: object = {}) => {
    const object = sound()
    Object.assign(specOf(object), more)
    Object.assign(object.metadata, metadata)
    return stored<Pod>(pod, object)
  }
  const sidecar = { name: 's', image: 's', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } }
  const plain = { name: 'i', image: 'i', resources: { requests: { cpu: '1' } } }
  const initResources = (requests: Record<string, string>) => (next: Pod) =>
    Object.assign(specOf(next).initContainers?.[0] as Container, { resources: { requests } })
  const appArmor = 'container.apparmor.security.beta.kubernetes.io/'
  const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } }
  const running = made({})
  running.status = {
    qosClass: 'BestEffort',
    containerStatuses: [
      { name: 'nginx', state: { running: {} }, ready: true, restartCount: 0, image: '', imageID: '' },
    ],
  }
  const rows: [Pod, string, (next: Pod) => unknown, ...(string | RegExp)[]][] = [
    [made({}), '', container({ image: '' }), 'spec.containers[0].image: Required value'],
    [made({}), '', container({ image: ' a' }), /must not have leading or trailing whitespace$/],
    [
      made({ activeDeadlineSeconds: 9 }),
      '',
      set({ activeDeadlineSeconds: -1 }),
      /between 1 and/,
      /between 0 and/,
    ],
    [
      made({ ...gates, affinity: affinity() }),
      '',
      set({ affinity: affinity({ key: 'metadata.name', operator: 'In', values: ['a'] }) }),
      /only additions are allowed \(no mutations or deletions\)$/,
    ],
    [
      made({}),
      '',
      (next) => (next.metadata.annotations = { [`${appArmor}nginx`]: 'unconfined' }),
      `metadata.annotations[${appArmor}nginx]: Forbidden: may not add AppArmor annotations`,
    ],
    [made({ nodeName: 'n' }, mirror), 'resize', () => {}, ': Forbidden: static pods cannot be resized'],
    [made({ os: { name: 'windows' } }), 'resize', () => {}, ': Forbidden: windows pods cannot be resized'],
    [running, 'resize', () => {}, 'spec: Forbidden: Pod running on node without support for resize'],
    [made({ initContainers: [sidecar] }), 'resize', initResources({ cpu: '2' })],
    [
      made({ initContainers: [sidecar] }),
      'resize',
      initResources({ cpu: '1', 'ephemeral-storage': '1' }),
      'spec: Forbidden: only cpu and memory resources for sidecar containers are mutable',
    ],
    [
      made({ initContainers: [plain] }),
      'resize',
      initResources({ cpu: '2' }),
      'spec: Forbidden: resources for non-sidecar init containers are immutable',
    ],
  ]
  for (const [before, subresource, change, ...expected] of rows) {
    told(write(pod, before, change, subresource).faults, expected, String(change))
  }
  const old = made({})
  delete old.metadata.generation
  assert.equal(write(pod, old, () => {}).object.metadata.generation, undefined)
})

test('what defaults always set is required where none have run', () => {
  const raw: Pod = {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'a',
          ports: [{ containerPort: 80 }],
          env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          readinessProbe: { httpGet: { port: 80 } },
        },
      ],
      volumes: [{ name: 'v', image: { reference: 'a' } }],
      preemptionPolicy: '',
    },
  }
  const errors = [...(pod.rules.validate?.(raw, { now: 0, subresource: '' }) ?? [])]
  const c = 'spec.containers[0]'
  assert.deepEqual(
    errors.map(({ path, body }) => `${path}: ${body}`),
    [
      'spec.terminationGracePeriodSeconds: Required value',
      `${v}.image.pullPolicy: Required value`,
      `${c}.terminationMessagePolicy: Required value`,
      `${c}.ports[0].protocol: Required value`,
      `${c}.env[0].valueFrom.fieldRef.apiVersion: Required value`,
      `${c}.imagePullPolicy: Required value`,
      `${c}.readinessProbe.httpGet.path: Required value`,
      `${c}.readinessProbe.httpGet.scheme: Unsupported value: "": supported values: "HTTP", "HTTPS"`,
      'spec.restartPolicy: Required value',
      'spec.dnsPolicy: Required value',
      'spec.preemptionPolicy: Required value',
    ],
  )
})

test('containers of all sorts are looked at', () => {
  refuses(pod, sound, [
    [
      (object) => {
        set({ initContainers: [{ name: 'A', image: 'a', restartPolicy: 'x' }] })(object)
      },
      /^spec\.initContainers\[0\]\.name: Invalid value: "A"/,
      /^spec\.initContainers\[0\]\.restartPolicy: Unsupported value: "x"/,
    ],
    [
      (object) => {
        const mount = { name: 'v', mountPath: '/a', subPath: 'b' }
        const exprMount = { name: 'v', mountPath: '/b', subPathExpr: 'b' }
        volume({})(object)
        set({ ephemeralContainers: [{ name: 'A', image: 'a ', volumeMounts: [mount, exprMount] }] })(object)
      },
      /^spec\.ephemeralContainers\[0\]\.name: Invalid value: "A"/,
      'spec.ephemeralContainers[0].image: Invalid value: "a ": must not have leading or trailing whitespace',
      'spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers[0].volumeMounts[1].subPathExpr: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
  ])
})
