import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
} from '../gen/autoscaling-v2.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const sound = (): HorizontalPodAutoscaler => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { scaleTargetRef: { ...target }, maxReplicas: 5 },
})
const set = (more: Partial<HorizontalPodAutoscalerSpec>) => (object: HorizontalPodAutoscaler) =>
  Object.assign(object.spec, more)
const aim = (more: object) => set({ scaleTargetRef: { ...target, ...more } })
const metric = (...metrics: object[]) => set({ metrics: metrics as MetricSpec[] })
const at = 'spec.metrics[0]'

test('how many pods, and of what', () => {
  refuses(horizontalPodAutoscaler, sound, [
    [
      set({ minReplicas: 0 }),
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ],
    [
      set({ maxReplicas: 0 }),
      'spec.maxReplicas: Required value',
      'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
    ],
    [
      set({ maxReplicas: -1 }),
      'spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1',
      'spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`',
    ],
    [
      set({ minReplicas: 6 }),
      'spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`',
    ],
    [
      aim({ kind: '', name: '' }),
      'spec.scaleTargetRef.kind: Required value',
      'spec.scaleTargetRef.name: Required value',
    ],
    [
      aim({ kind: 'a/b', name: '..' }),
      `spec.scaleTargetRef.kind: Invalid value: "a/b": may not contain '/'`,
      `spec.scaleTargetRef.name: Invalid value: "..": may not be '..'`,
    ],
    [
      aim({ apiVersion: 'v1' }),
      'spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group',
    ],
    [
      aim({ apiVersion: 'a/b/c' }),
      'spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
    ],
  ])
})

test('the version of a target is judged when it is new', () => {
  const controller = aim({ kind: 'ReplicationController', apiVersion: 'v1' })
  const old = stored<HorizontalPodAutoscaler>(horizontalPodAutoscaler, sound())
  assert.deepEqual(write(horizontalPodAutoscaler, old, controller).faults, [])
  const faults = ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group']
  assert.deepEqual(write(horizontalPodAutoscaler, old, aim({ apiVersion: 'v1' })).faults, faults)
  old.spec.scaleTargetRef.apiVersion = 'v1'
  assert.deepEqual(write(horizontalPodAutoscaler, old, set({ maxReplicas: 6 })).faults, [])
})

test('metrics', () => {
  const must = 'must populate information for the given metric source'
  const share = { type: 'Utilization', averageUtilization: 50 }
  const types = '"ContainerResource", "External", "Object", "Pods", "Resource"'
  const cpu = (target: object) => metric({ type: 'Resource', resource: { name: 'cpu', target } })
  const inside = (change: object) =>
    metric({
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'a', target: share, ...change },
    })
  const t = `${at}.resource.target`
  refuses(horizontalPodAutoscaler, sound, [
    [
      metric({ type: '' }),
      `${at}.type: Required value: must specify a metric source type`,
      `${at}.type: Unsupported value: "": supported values: ${types}`,
    ],
    [metric({ type: 'x' }), `${at}.type: Unsupported value: "x": supported values: ${types}`],
    [metric({ type: 'Object' }), `${at}.object: Required value: ${must}`],
    [metric({ type: 'Pods' }), `${at}.pods: Required value: ${must}`],
    [metric({ type: 'Resource' }), `${at}.resource: Required value: ${must}`],
    [metric({ type: 'External' }), `${at}.external: Required value: ${must}`],
    [metric({ type: 'ContainerResource' }), `${at}.containerResource: Required value: ${must}`],
    [
      metric({ type: 'Pods', resource: { name: 'cpu', target: share } }),
      `${at}.pods: Required value: ${must}`,
    ],
    [
      metric({ type: 'Resource', resource: { name: 'cpu', target: share }, pods: { metric: { name: 'a' } } }),
      `${at}.pods.target.type: Required value: must specify a metric target type`,
      `${at}.pods.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue`,
      `${at}.pods.target.averageValue: Required value: must specify a positive target averageValue`,
      `${at}.pods: Forbidden: must populate the given metric source only`,
    ],
    [
      metric({ type: 'Resource', resource: { target: share } }),
      `${at}.resource.name: Required value: must specify a resource name`,
    ],
    [
      cpu({ type: 'Utilization' }),
      `${t}.averageUtilization: Required value: must set either a target raw value or a target utilization`,
    ],
    [
      cpu({ ...share, averageValue: '1' }),
      `${t}.averageValue: Forbidden: may not set both a target raw value and a target utilization`,
    ],
    [
      cpu({ ...share, averageUtilization: 0 }),
      `${t}.averageUtilization: Invalid value: 0: must be greater than 0`,
    ],
    [
      cpu({ type: 'AverageValue', averageValue: '0' }),
      `${t}.averageValue: Invalid value: "0": must be positive`,
    ],
    [cpu({ ...share, value: '-1' }), `${t}.value: Invalid value: "-1": must be positive`],
    [inside({ name: '' }), `${at}.containerResource.name: Required value: must specify a resource name`],
    [
      inside({ name: 'x' }),
      `${at}.containerResource.name: Invalid value: "x": must be a standard resource type or fully qualified`,
      `${at}.containerResource.name: Invalid value: "x": must be a standard resource for containers`,
    ],
    [
      inside({ container: '' }),
      `${at}.containerResource.container: Required value: must specify a container`,
    ],
    [
      inside({ container: 'a.b' }),
      `${at}.containerResource.container: Invalid value: "a.b": must not contain dots`,
    ],
    [
      inside({ target: { type: 'Value' } }),
      `${at}.containerResource.target.averageUtilization: Required value: must set either a target raw value or a target utilization`,
    ],
  ])
})

test('metrics of other things', () => {
  const value = { type: 'Value', value: '1' }
  const external = (change: object) =>
    metric({ type: 'External', external: { metric: { name: 'a' }, target: value, ...change } })
  const object = (change: object) =>
    metric({
      type: 'Object',
      object: { describedObject: { kind: 'A', name: 'a' }, metric: { name: 'a' }, target: value, ...change },
    })
  refuses(horizontalPodAutoscaler, sound, [
    [external({ metric: {} }), `${at}.external.metric.name: Required value: must specify a metric name`],
    [
      external({ metric: { name: 'a%' } }),
      `${at}.external.metric.name: Invalid value: "a%": may not contain '%'`,
    ],
    [
      external({ target: { type: 'Value' } }),
      `${at}.external.target.averageValue: Required value: must set either a target value for metric or a per-pod target`,
    ],
    [
      external({ target: { ...value, averageValue: '1' } }),
      `${at}.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target`,
    ],
    [
      external({ target: { ...value, type: 'x' } }),
      `${at}.external.target.type: Invalid value: "x": must be either Utilization, Value, or AverageValue`,
    ],
    [
      object({ target: { type: 'Value' } }),
      `${at}.object.target.averageValue: Required value: must set either a target value or averageValue`,
    ],
    [
      object({ describedObject: {} }),
      `${at}.object.describedObject.kind: Required value`,
      `${at}.object.describedObject.name: Required value`,
    ],
    [
      object({ describedObject: { kind: 'A', name: 'a', apiVersion: 'a/b/c' } }),
      `${at}.object.describedObject.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c`,
    ],
  ])
})

test('how fast an autoscaler may go', () => {
  const up = 'spec.behavior.scaleUp'
  const scaleUp = (scaleUp: HPAScalingRules) => set({ behavior: { scaleUp } })
  const policy = (more: object) =>
    scaleUp({ policies: [{ type: 'Pods', value: 1, periodSeconds: 1, ...more }] })
  const p = `${up}.policies[0]`
  refuses(horizontalPodAutoscaler, sound, [
    [
      scaleUp({ stabilizationWindowSeconds: -1 }),
      `${up}.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero`,
    ],
    [
      scaleUp({ stabilizationWindowSeconds: 3601 }),
      `${up}.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600`,
    ],
    [
      scaleUp({ selectPolicy: 'x' }),
      `${up}.selectPolicy: Unsupported value: "x": supported values: "Disabled", "Max", "Min"`,
    ],
    [
      scaleUp({ tolerance: '-1' }),
      `${up}.tolerance: Invalid value: "-1": must be greater than or equal to 0`,
    ],
    [policy({ type: 'x' }), `${p}.type: Unsupported value: "x": supported values: "Percent", "Pods"`],
    [policy({ value: 0 }), `${p}.value: Invalid value: 0: must be greater than zero`],
    [policy({ periodSeconds: 0 }), `${p}.periodSeconds: Invalid value: 0: must be greater than zero`],
    [
      policy({ periodSeconds: 1801 }),
      `${p}.periodSeconds: Invalid value: 1801: must be less than or equal to 1800`,
    ],
    [
      set({ behavior: { scaleDown: { stabilizationWindowSeconds: -1 } } }),
      /^spec\.behavior\.scaleDown\.stabilizationWindowSeconds: Invalid value: -1/,
    ],
  ])
})

test('the status of an autoscaler', () => {
  const old = stored<HorizontalPodAutoscaler>(horizontalPodAutoscaler, {
    ...sound(),
    status: { currentReplicas: 3 },
  })
  assert.deepEqual(old.status, { desiredReplicas: 0 })
  const change = (object: HorizontalPodAutoscaler) => {
    object.status = { currentReplicas: -1, desiredReplicas: -1 }
    object.spec.maxReplicas = 0
  }
  const { object, faults } = write(horizontalPodAutoscaler, old, change, 'status')
  told(
    faults,
    [
      'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.desiredReplicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    'status',
  )
  assert.deepEqual(object.spec, old.spec)
})

test('annotations that only version 1 has are taken off', () => {
  const annotations = { 'autoscaling.alpha.kubernetes.io/metrics': '[]', a: 'b' }
  const metadata = { ...sound().metadata, annotations }
  const old = stored<HorizontalPodAutoscaler>(horizontalPodAutoscaler, { ...sound(), metadata })
  assert.deepEqual(old.metadata.annotations, { a: 'b' })
  const change = (object: HorizontalPodAutoscaler) => {
    object.metadata.annotations = { 'autoscaling.alpha.kubernetes.io/behavior': 'x' }
  }
  assert.equal(write(horizontalPodAutoscaler, old, change).object.metadata.annotations, undefined)
})

test('rows tell what an autoscaler sees and what it aims at', () => {
  const targets = (metrics: object[], currentMetrics: object[] = []) => {
    const object = sound()
    object.spec.metrics = metrics as MetricSpec[]
    object.status = { desiredReplicas: 1, currentMetrics: currentMetrics as MetricStatus[] }
    return horizontalPodAutoscaler.cells['Targets']?.(object, 0)
  }
  const cpu = (target: object) => ({ type: 'Resource', resource: { name: 'cpu', target } })
  const pods = { type: 'Pods', pods: { target: { averageValue: '5' } } }
  const external = (target: object) => ({ type: 'External', external: { target } })
  const container = {
    type: 'ContainerResource',
    containerResource: { name: 'memory', target: { averageValue: '1Gi' } },
  }
  const rows: [object[], object[], string][] = [
    [[], [], '<none>'],
    [[cpu({ averageUtilization: 80 })], [], 'cpu: <unknown>/80%'],
    [[cpu({})], [{ resource: { current: { averageUtilization: 7 } } }], 'cpu: 7%/<auto>'],
    [[cpu({ averageValue: '1' })], [{ resource: { current: { averageValue: '500m' } } }], 'cpu: 500m/1'],
    [[container], [{ containerResource: { current: {} } }], 'memory: <nil>/1Gi'],
    [[pods], [{ pods: { current: { averageValue: '3' } } }], '3/5'],
    [[pods], [], '<unknown>/5'],
    [[external({ value: '9' })], [{ external: { current: { value: '2' } } }], '2/9'],
    [[external({ averageValue: '9' })], [{ external: { current: { averageValue: '2' } } }], '2/9 (avg)'],
    [[{ type: 'Object', object: { target: { value: '9' } } }], [], '<unknown>/9'],
    [[{ type: 'x' }], [], '<unknown type>'],
    [[pods, pods, pods, pods], [], '<unknown>/5, <unknown>/5 + 2 more...'],
  ]
  for (const [metrics, current, expected] of rows) assert.equal(targets(metrics, current), expected)
  const rest = ['Reference', 'MinPods', 'MaxPods', 'Replicas'].map((name) =>
    horizontalPodAutoscaler.cells[name]?.(sound(), 0),
  )
  assert.deepEqual(rest, ['Deployment/web', '<unset>', 5, 0])
})
