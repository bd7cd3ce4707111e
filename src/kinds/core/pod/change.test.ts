import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stored, told, write } from '#testkit/kind-check'
import type { Container, Pod, PodSpec } from '../../gen/core-v1.ts'
import { pod } from './index.ts'

const node = 'kubernetes.io/config.mirror'

const old = (more: Partial<PodSpec> = {}): Pod =>
  stored<Pod>(pod, {
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'nginx', image: 'nginx:1' }], ...more },
  })
const specOf = (object: Pod) => object.spec as PodSpec
const containerOf = (object: Pod) => specOf(object).containers[0] as Container

type Row = readonly [before: Pod, change: (object: Pod) => unknown, ...expected: (string | RegExp)[]]

function refuses(subresource: string, rows: readonly Row[]): void {
  for (const [before, change, ...expected] of rows) {
    told(write(pod, before, change, subresource).faults, expected, String(change))
  }
}

test('images, deadlines, tolerations and labels may change', () => {
  const rows: [Pod, (object: Pod) => unknown][] = [
    [old(), (object) => (containerOf(object).image = 'nginx:2')],
    [old(), (object) => (specOf(object).activeDeadlineSeconds = 9)],
    [old({ activeDeadlineSeconds: 9 }), (object) => (specOf(object).activeDeadlineSeconds = 8)],
    [old(), (object) => (specOf(object).tolerations = [{ operator: 'Exists' }])],
    [
      old({ tolerations: [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 }] }),
      (object) =>
        (specOf(object).tolerations = [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 2 }]),
    ],
    [
      old({ terminationGracePeriodSeconds: -5 }),
      (object) => (specOf(object).terminationGracePeriodSeconds = 1),
    ],
    [old({ schedulingGates: [{ name: 'a' }] }), (object) => delete specOf(object).schedulingGates],
    [old(), (object) => (object.metadata.labels = { a: 'b' })],
  ]
  for (const [before, change] of rows) assert.deepEqual(write(pod, before, change).faults, [], String(change))
})

test('nothing else of a specification may change', () => {
  const only =
    /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,`spec\.initContainers\[\*\]\.image`,`spec\.activeDeadlineSeconds`,`spec\.tolerations` \(only additions to existing tolerations\),`spec\.terminationGracePeriodSeconds` \(allow it to be set to 1 if it was previously negative\)\n {2}core\.PodSpec\{\n/
  refuses('', [
    [old(), (object) => (specOf(object).nodeName = 'n'), only],
    [old(), (object) => (containerOf(object).env = [{ name: 'A' }]), only],
    [old(), (object) => (specOf(object).terminationGracePeriodSeconds = 1), only],
    [old(), (object) => (specOf(object).ephemeralContainers = [{ name: 'a', image: 'a' }]), only],
    [old(), (object) => (specOf(object).nodeSelector = { a: 'b' }), only],
    [
      old(),
      (object) => specOf(object).containers.push({ name: 'b', image: 'b' }),
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      old({ initContainers: [{ name: 'a', image: 'a' }] }),
      (object) => delete specOf(object).initContainers,
      'spec.initContainers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      old({ activeDeadlineSeconds: 9 }),
      (object) => (specOf(object).activeDeadlineSeconds = 10),
      'spec.activeDeadlineSeconds: Invalid value: 10: must be less than or equal to previous value',
    ],
    [
      old({ activeDeadlineSeconds: 9 }),
      (object) => delete specOf(object).activeDeadlineSeconds,
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    ],
    [
      old({ tolerations: [{ key: 'a', value: 'b' }] }),
      (object) => delete specOf(object).tolerations,
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      old(),
      (object) => (specOf(object).schedulingGates = [{ name: 'a' }]),
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a'",
    ],
    [
      old(),
      (object) => (object.metadata.annotations = { [node]: 'x' }),
      /must set spec\.nodeName/,
      `metadata.annotations[${node}]: Forbidden: may not add mirror pod annotation`,
    ],
  ])
})

test('a diff tells what was changed', () => {
  const { faults } = write(pod, old(), (object) => (containerOf(object).command = ['a']))
  assert.match(faults[0] as string, /\n\+ \tcontainers\[0\]\.command: \["a"\],\n {2}\}\n$/)
})

test('while gates hold a pod back, its nodes may be narrowed', () => {
  const must = 'requiredDuringSchedulingIgnoredDuringExecution' as const
  const affinity = (...keys: string[]) => ({
    nodeAffinity: {
      [must]: {
        nodeSelectorTerms: [{ matchExpressions: keys.map((key) => ({ key, operator: 'Exists' })) }],
      },
    },
  })
  const gated = (more: Partial<PodSpec> = {}) => old({ schedulingGates: [{ name: 'a' }], ...more })
  refuses('', [
    [gated(), (object) => (specOf(object).nodeSelector = { a: 'b' })],
    [gated(), (object) => (specOf(object).affinity = affinity('a'))],
    [gated({ affinity: affinity('a') }), (object) => (specOf(object).affinity = affinity('a', 'b'))],
    [
      gated({ nodeSelector: { a: 'b' } }),
      (object) => (specOf(object).nodeSelector = { a: 'c' }),
      'spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ],
    [
      gated({ affinity: affinity('a') }),
      (object) => (specOf(object).affinity = affinity('b')),
      /nodeSelectorTerms\[0\]: Invalid value: .*: only additions are allowed \(no mutations or deletions\)$/,
    ],
    [
      gated({ affinity: affinity('a') }),
      (object) => delete specOf(object).affinity,
      /no additions\/deletions to non-empty NodeSelectorTerms list are allowed$/,
    ],
  ])
})

test('a status is written without the specification, and keeps what only the server knows', () => {
  const before = old()
  before.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' }]
  const { object, faults } = write(
    pod,
    before,
    (next) => {
      specOf(next).nodeName = 'elsewhere'
      delete next.metadata.ownerReferences
      next.metadata.labels = { a: 'b' }
      next.status = { phase: 'Running', podIP: '10.0.0.1' }
    },
    'status',
  )
  assert.deepEqual(faults, [])
  assert.equal(object.spec?.nodeName, undefined)
  assert.deepEqual(object.metadata.ownerReferences, before.metadata.ownerReferences)
  assert.deepEqual(object.metadata.labels, { a: 'b' })
  assert.deepEqual(object.status, {
    phase: 'Running',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    qosClass: 'BestEffort',
  })
  assert.equal(object.metadata.generation, 1)
})

test('a status may not tell what cannot be', () => {
  const ended = (policy: string, exitCode: number): Pod => {
    const before = old({ restartPolicy: policy })
    const state = { terminated: { exitCode } }
    before.status = {
      qosClass: 'BestEffort',
      containerStatuses: [{ name: 'nginx', state, ready: false, restartCount: 0, image: '', imageID: '' }],
    }
    return before
  }
  const restarts = (object: Pod) => {
    const [status] = object.status?.containerStatuses ?? []
    if (status) status.state = { running: {} }
  }
  const again =
    'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'
  refuses('status', [
    [ended('Never', 1), restarts, again],
    [ended('OnFailure', 0), restarts, again],
    [ended('OnFailure', 1), restarts],
    [ended('Always', 0), restarts],
    [
      old(),
      (object) => (object.status = { qosClass: 'Burstable' }),
      'status.qosClass: Invalid value: "Burstable": field is immutable',
    ],
    [
      old(),
      (object) => (object.status = { podIPs: [{ ip: 'x' }] }),
      /status\.podIPs\[0\]: Invalid value: "x": must be a valid IP address/,
    ],
    [
      old(),
      (object) => (object.status = { podIPs: [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }] }),
      /status\.podIPs: .*may specify no more than one IP for each IP family$/,
    ],
    [
      old(),
      (object) => (object.status = { hostIP: '1.1.1.1', hostIPs: [{ ip: '1.1.1.2' }] }),
      'status.hostIPs[0].ip: Invalid value: "1.1.1.2": must be equal to `hostIP`',
    ],
    [
      old(),
      (object) => (object.status = { conditions: [{ type: 'a b', status: 'True' }] }),
      /metadata\.conditions\[0\]\.Type: Invalid value: "a b"/,
    ],
    [
      old(),
      (object) => (object.status = { nominatedNodeName: 'A' }),
      /status\.nominatedNodeName: Invalid value/,
    ],
    [
      old(),
      (object) => (object.status = { resourceClaimStatuses: [{ name: 'a' }] }),
      /must match the name of an entry in `spec\.resourceClaims`$/,
    ],
  ])
})

test('visitors are added and stay', () => {
  const visitor = { name: 'debug', image: 'a' }
  const { object, faults } = write(
    pod,
    old(),
    (next) => {
      specOf(next).ephemeralContainers = [visitor]
      specOf(next).nodeName = 'ignored'
      next.metadata.labels = { ignored: 'too' }
    },
    'ephemeralcontainers',
  )
  assert.deepEqual(faults, [])
  assert.equal(object.spec?.nodeName, undefined)
  assert.equal(object.spec?.ephemeralContainers?.[0]?.name, 'debug')
  assert.equal(object.metadata.labels, undefined)
  assert.equal(object.metadata.generation, 2)
  object.metadata.resourceVersion = '2'
  refuses('ephemeralcontainers', [
    [
      object,
      (next) => delete specOf(next).ephemeralContainers,
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n',
    ],
    [
      object,
      (next) => (specOf(next).ephemeralContainers = [{ ...visitor, image: 'b' }]),
      /^spec\.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed\n/,
    ],
    [
      stored<Pod>(pod, {
        metadata: { name: 'a', namespace: 'default', annotations: { [node]: 'x' } },
        spec: { nodeName: 'n', containers: [{ name: 'nginx', image: 'a' }] },
      }),
      (next) => (specOf(next).ephemeralContainers = [visitor]),
      ': Forbidden: static pods do not support ephemeral containers',
    ],
  ])
})

test('a resize changes cpu and memory only', () => {
  const resources = { requests: { cpu: '1', 'a.b/c': '1' }, limits: { 'a.b/c': '1' } }
  const before = old({ containers: [{ name: 'nginx', image: 'nginx', resources }] })
  const { object, faults } = write(
    pod,
    before,
    (next) => {
      containerOf(next).resources = { ...resources, requests: { ...resources.requests, cpu: '2' } }
      containerOf(next).image = 'ignored'
    },
    'resize',
  )
  assert.deepEqual(faults, [])
  assert.equal(containerOf(object).resources?.requests?.cpu, '2')
  assert.equal(containerOf(object).image, 'nginx')
  const set =
    (requests: Record<string, string>, limits: Record<string, string> = {}) =>
    (next: Pod) =>
      (containerOf(next).resources = { requests, limits })
  const cpuOnly = old({
    containers: [{ name: 'nginx', image: 'nginx', resources: { requests: { cpu: '1' } } }],
  })
  refuses('resize', [
    [cpuOnly, set({}), /requests: Forbidden|Pod QOS/, /resource requests cannot be removed$/],
    [
      cpuOnly,
      set({ cpu: '1', 'ephemeral-storage': '1' }),
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    [
      cpuOnly,
      set({ cpu: '1', memory: '1' }, { cpu: '1', memory: '1' }),
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      cpuOnly,
      (next) => specOf(next).containers.push({ name: 'b', image: 'b' }),
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
  ])
})

test('binding puts a pod on a node and is no new generation', () => {
  const { object, faults } = write(pod, old(), (next) => (specOf(next).nodeName = 'n'), 'binding')
  assert.deepEqual(faults, [])
  assert.equal(object.spec?.nodeName, 'n')
  assert.equal(object.metadata.generation, 1)
})

test('a generation counts changes of the specification', () => {
  const change = (change: (object: Pod) => void) => write(pod, old(), change).object.metadata.generation
  assert.equal(
    change((object) => (containerOf(object).image = 'b')),
    2,
  )
  assert.equal(
    change((object) => (object.metadata.labels = { a: 'b' })),
    1,
  )
  assert.equal(
    change((object) => (object.metadata.generation = 9)),
    1,
  )
  const { status } = write(pod, old(), (object) => (object.status = { phase: 'Failed' })).object
  assert.equal(status?.phase, 'Pending')
})
