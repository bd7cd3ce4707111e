import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, stored, write } from '#testkit/kind-check'
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from '../../gen/core-v1.ts'
import { pod } from './index.ts'
import { computeQosClass } from './quality-of-service.ts'

const withSpec = (spec: Partial<PodSpec>): object => ({
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'a', image: 'a' }], ...spec },
})
const made = (spec: Partial<PodSpec> = {}): Pod => stored<Pod>(pod, withSpec(spec))

test('a new pod waits, whatever its maker says of it', () => {
  const object = stored<Pod>(pod, { ...withSpec({}), status: { phase: 'Running', podIP: '1.1.1.1' } })
  assert.deepEqual(object.status, { phase: 'Pending', qosClass: 'BestEffort' })
  assert.equal(object.metadata.generation, 1)
  const gated = made({ schedulingGates: [{ name: 'g' }] })
  assert.equal(gated.status?.conditions?.[0]?.reason, 'SchedulingGated')
  assert.equal(pod.cells.Status?.(gated, 0), 'SchedulingGated')
})

test('fields of features that are off are dropped, unless they are stored', () => {
  const spec = (): Partial<PodSpec> => ({
    containers: [{ name: 'a', image: 'a', lifecycle: { stopSignal: 'SIGUSR1' } }],
    volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: { path: 'p' } }] } }],
    schedulingGroup: {},
  })
  const fresh = made(spec())
  assert.equal(fresh.spec?.containers[0]?.lifecycle, undefined)
  assert.deepEqual(fresh.spec?.volumes?.[0]?.projected?.sources, [{}])
  assert.equal(fresh.spec?.schedulingGroup, undefined)
  const before = made()
  Object.assign(before.spec as PodSpec, spec())
  const { object } = write(pod, before, (next) => (next.metadata.labels = {}))
  assert.equal(object.spec?.containers[0]?.lifecycle?.stopSignal, 'SIGUSR1')
})

test('label keys become selectors with the pod’s own values', () => {
  const constraint = {
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: {},
    matchLabelKeys: ['app', 'none'],
  }
  const { spec } = made({ topologySpreadConstraints: [constraint] })
  assert.deepEqual(spec?.topologySpreadConstraints?.[0]?.labelSelector, {
    matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }],
  })
  const term = { topologyKey: 'zone', labelSelector: {}, mismatchLabelKeys: ['app'] }
  const affine = made({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
  })
  const [first] = affine.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  assert.equal(first?.labelSelector?.matchExpressions?.[0]?.operator, 'NotIn')
})

test('the quality of service follows from what containers ask for', () => {
  const full = { cpu: '1', memory: '1Gi' }
  const rows: [Partial<PodSpec>, string][] = [
    [{}, 'BestEffort'],
    [{ containers: [{ name: 'a', resources: { limits: full } }] }, 'Guaranteed'],
    [{ containers: [{ name: 'a', resources: { limits: full, requests: { cpu: '500m' } } }] }, 'Burstable'],
    [{ containers: [{ name: 'a', resources: { limits: { cpu: '1' } } }] }, 'Burstable'],
    [{ containers: [{ name: 'a', resources: { limits: full } }, { name: 'b' }] }, 'Burstable'],
    [{ containers: [{ name: 'a', resources: { requests: { cpu: '0' } } }] }, 'BestEffort'],
    [{ containers: [{ name: 'a', resources: { requests: { 'a.b/c': '1' } } }] }, 'BestEffort'],
    [
      {
        containers: [{ name: 'a', resources: { limits: full } }],
        initContainers: [{ name: 'i', resources: { requests: { cpu: '1' } } }],
      },
      'Burstable',
    ],
    [{ resources: { limits: full } }, 'Guaranteed'],
  ]
  for (const [spec, expected] of rows) {
    assert.equal(computeQosClass(read<Pod>(pod, withSpec(spec))), expected, JSON.stringify(spec))
  }
})

test('a deletion gives the grace that was asked for, if there is anything to end', () => {
  const grace = (spec: Partial<PodSpec>, asked?: number, phase = 'Running') => {
    const object = made(spec)
    object.status = { phase }
    return pod.rules.graceSeconds?.(object, asked)
  }
  assert.equal(grace({}), 0)
  assert.equal(grace({ nodeName: 'n' }), 30)
  assert.equal(grace({ nodeName: 'n', terminationGracePeriodSeconds: 5 }), 5)
  assert.equal(grace({ nodeName: 'n' }, 7), 7)
  assert.equal(grace({ nodeName: 'n' }, 0), 0)
  assert.equal(grace({ nodeName: 'n', terminationGracePeriodSeconds: -5 }), 1)
  assert.equal(grace({ nodeName: 'n' }, 7, 'Succeeded'), 0)
  assert.equal(grace({ nodeName: 'n' }, 7, 'Failed'), 0)
})

const status = (more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'a',
  ready: false,
  restartCount: 0,
  image: '',
  imageID: '',
  ...more,
})
const row = (state: PodStatus, spec: Partial<PodSpec> = {}, metadata: object = {}) => {
  const object = made(spec)
  object.status = state
  Object.assign(object.metadata, metadata)
  const now = Date.parse('2026-01-01T01:00:00Z')
  return ['Ready', 'Status', 'Restarts'].map((name) => pod.cells[name]?.(object, now)).join(' ')
}

test('a row tells how a pod fares', () => {
  const running = { running: {} }
  const ready = [{ type: 'Ready', status: 'True' }]
  const init: Container = { name: 'i' }
  const sidecar: Container = { name: 'i', restartPolicy: 'Always' }
  const terminated = (exitCode: number, more: object = {}) => ({ terminated: { exitCode, ...more } })
  const last = terminated(1, { finishedAt: '2026-01-01T00:55:00Z' })
  assert.equal(row({ phase: 'Pending' }), '0/1 Pending 0')
  assert.equal(row({ phase: 'Failed', reason: 'Evicted' }), '0/1 Evicted 0')
  const waiting = { waiting: { reason: 'ImagePullBackOff' } }
  assert.equal(
    row({ phase: 'Pending', containerStatuses: [status({ state: waiting })] }),
    '0/1 ImagePullBackOff 0',
  )
  assert.equal(
    row({ phase: 'Running', containerStatuses: [status({ ready: true, state: running })] }),
    '1/1 Running 0',
  )
  assert.equal(
    row({
      phase: 'Running',
      containerStatuses: [status({ ready: true, state: running, restartCount: 3, lastState: last })],
    }),
    '1/1 Running 3 (5m ago)',
  )
  assert.equal(
    row({ phase: 'Failed', containerStatuses: [status({ state: terminated(2) })] }),
    '0/1 ExitCode:2 0',
  )
  assert.equal(
    row({ phase: 'Failed', containerStatuses: [status({ state: terminated(137, { signal: 9 }) })] }),
    '0/1 Signal:9 0',
  )
  const done = status({ state: terminated(0, { reason: 'Completed' }) })
  const two = { containers: [{ name: 'a' }, { name: 'b' }] }
  const alive = status({ name: 'b', ready: true, state: running })
  assert.equal(row({ phase: 'Succeeded', containerStatuses: [done] }), '0/1 Completed 0')
  assert.equal(
    row({ phase: 'Running', conditions: ready, containerStatuses: [done, alive] }, two),
    '1/2 Running 0',
  )
  assert.equal(row({ phase: 'Running', containerStatuses: [done, alive] }, two), '1/2 NotReady 0')
  const failed = status({ name: 'b', state: terminated(1, { reason: 'Error' }) })
  assert.equal(row({ phase: 'Running', containerStatuses: [done, failed] }, two), '0/2 Error 0')
  const prepared = (state: object, more: Partial<ContainerStatus> = {}) => ({
    phase: 'Pending',
    initContainerStatuses: [status({ name: 'i', state, ...more })],
  })
  const one = { initContainers: [init] }
  assert.equal(row(prepared({ running: {} }), one), '0/1 Init:0/1 0')
  assert.equal(row(prepared({ waiting: { reason: 'PodInitializing' } }), one), '0/1 Init:0/1 0')
  assert.equal(
    row(prepared({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 2 }), one),
    '0/1 Init:CrashLoopBackOff 2',
  )
  assert.equal(row(prepared(terminated(1, { reason: 'Error' })), one), '0/1 Init:Error 0')
  assert.equal(row(prepared(terminated(1)), one), '0/1 Init:ExitCode:1 0')
  assert.equal(row(prepared(terminated(1, { signal: 9 })), one), '0/1 Init:Signal:9 0')
  assert.equal(row(prepared(terminated(0), { restartCount: 4 }), one), '0/1 Pending 0')
  assert.equal(
    row(prepared(running, { started: true, ready: true, restartCount: 4 }), { initContainers: [sidecar] }),
    '1/2 Pending 4',
  )
  const deleted = { deletionTimestamp: '2026-01-01T00:59:00Z' }
  assert.equal(row({ phase: 'Running' }, {}, deleted), '0/1 Terminating 0')
  assert.equal(row({ phase: 'Succeeded' }, {}, deleted), '0/1 Succeeded 0')
  assert.equal(row({ phase: 'Running', reason: 'NodeLost' }, {}, deleted), '0/1 Unknown 0')
})

test('the other cells, conditions and selectors', () => {
  const object = made({ readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }], hostNetwork: true })
  object.status = {
    phase: 'Succeeded',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    conditions: [{ type: 'a', status: 'True' }],
  }
  assert.equal(pod.cells['Readiness Gates']?.(object, 0), '1/2')
  assert.equal(pod.cells['Readiness Gates']?.(made(), 0), '<none>')
  assert.equal(pod.cells.IP?.(object, 0), '10.0.0.1')
  assert.equal(pod.cells.Node?.(object, 0), '<none>')
  assert.deepEqual(pod.rowConditions?.(object), [{ type: 'Completed', status: 'True', reason: 'Succeeded' }])
  assert.deepEqual(pod.rowConditions?.(made()), [])
  assert.equal(pod.selectable['spec.hostNetwork']?.(object), 'true')
  assert.equal(pod.selectable['spec.hostNetwork']?.(made()), 'false')
  assert.equal(pod.selectable['status.podIP']?.(object), '10.0.0.1')
  assert.equal(pod.selectable['status.phase']?.(object), 'Succeeded')
  assert.equal(pod.selectable['spec.host']?.(made({ nodeName: 'n' })), 'n')
})

test('unwise pods are warned of, once', () => {
  const warnings = (spec: Partial<PodSpec>, metadata: object = {}) => {
    const object = read<Pod>(pod, withSpec(spec))
    Object.assign(object.metadata, metadata)
    return [...(pod.rules.warnings?.(object) ?? [])]
  }
  const container = (more: Partial<Container>) => ({ containers: [{ name: 'a', image: 'a', ...more }] })
  const rows: [Partial<PodSpec>, RegExp][] = [
    [
      { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      /^spec\.nodeSelector\[beta\.kubernetes\.io\/os\]: deprecated since v1\.14/,
    ],
    [
      { volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] },
      /^spec\.volumes\[0\]\.gitRepo: deprecated in v1\.11/,
    ],
    [
      { hostAliases: [{ ip: '1.1.1.1' }, { ip: '1.1.1.1' }] },
      /^spec\.hostAliases\[1\]\.ip: duplicate ip "1\.1\.1\.1"$/,
    ],
    [{ imagePullSecrets: [{}] }, /^spec\.imagePullSecrets\[0\]\.name: invalid empty name ""$/],
    [{ imagePullSecrets: [{ name: 'a' }, { name: 'a' }] }, /duplicate name "a"$/],
    [{ terminationGracePeriodSeconds: -1 }, /negative values are invalid and will be treated as 1$/],
    [
      container({ resources: { requests: { memory: '100m' } } }),
      /requests\[memory\]: fractional byte value "100m"/,
    ],
    [
      container({
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      }),
      /env\[1\]: hides previous definition of "A", which/,
    ],
    [
      container({
        ports: [
          { containerPort: 1, name: 'x' },
          { containerPort: 1, name: 'y' },
        ],
      }),
      /ports\[1\]: duplicate port definition with spec\.containers\[0\]\.ports\[0\]$/,
    ],
    [
      container({ ports: [{ containerPort: 1, hostPort: 2 }, { containerPort: 1 }] }),
      /overlapping port definition/,
    ],
    [
      container({ ports: [{ containerPort: 1, hostIP: '1.1.1.1' }] }),
      /hostIP set without hostPort: \{Name: HostPort:0 ContainerPort:1 Protocol:TCP HostIP:1\.1\.1\.1\}$/,
    ],
    [
      { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' }] },
      /a null labelSelector results in matching no pod$/,
    ],
    [
      {
        affinity: {
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'z' }] },
        },
      },
      /podAntiAffinity.*a null labelSelector/,
    ],
  ]
  for (const [spec, expected] of rows) {
    const [text, ...more] = warnings(spec)
    assert.match(text ?? '', expected)
    assert.deepEqual(more, [])
    assert.deepEqual(warnings(spec, { resourceVersion: '1' }), [])
  }
  assert.deepEqual(
    warnings(
      container({
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '$(A)2' },
        ],
      }),
    ),
    [],
  )
  assert.match(warnings({}, { name: 'a.b' })[0] ?? '', /^metadata\.name: this is used in the Pod's hostname/)
  const key = 'seccomp.security.alpha.kubernetes.io/pod'
  assert.match(warnings({}, { annotations: { [key]: 'unconfined' } })[0] ?? '', /non-functional in v1\.27\+/)
})
