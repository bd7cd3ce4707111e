import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toJson } from '#schema/encode'
import { createFaults, read, stored, write } from '#testkit/kind-check'
import type * as v1 from '../gen/autoscaling-v1.ts'
import type * as v2 from '../gen/autoscaling-v2.ts'
import { convertV1, toV2 } from './convert-v1.ts'
import { horizontalPodAutoscalerV1 } from './horizontal-pod-autoscaler-v1.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { roundTrip } from './round-trip.ts'

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const view = (more: object = {}, annotations?: Record<string, string>): v1.HorizontalPodAutoscaler => ({
  metadata: { name: 'web', namespace: 'default', ...(annotations && { annotations }) },
  spec: { scaleTargetRef: { ...target }, maxReplicas: 5, ...more },
})
const seenAsV1 = (object: v2.HorizontalPodAutoscaler) =>
  convertV1.fromStored(object as never) as unknown as v1.HorizontalPodAutoscaler
const again = (object: v2.HorizontalPodAutoscaler) =>
  toV2(read<v1.HorizontalPodAutoscaler>(horizontalPodAutoscalerV1, seenAsV1(object)))

const cpu = (averageUtilization: number): v2.MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})
const selector = { matchLabels: { a: 'b' } }
const metrics: v2.MetricSpec[] = [
  {
    type: 'Object',
    object: {
      describedObject: { kind: 'Service', name: 'a' },
      target: { type: 'Value', value: '5' },
      metric: { name: 'hits', selector },
    },
  },
  {
    type: 'Pods',
    pods: { metric: { name: 'load' }, target: { type: 'AverageValue', averageValue: '500m' } },
  },
  { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
  {
    type: 'ContainerResource',
    containerResource: {
      name: 'cpu',
      container: 'a',
      target: { type: 'Utilization', averageUtilization: 7 },
    },
  },
  {
    type: 'External',
    external: { metric: { name: 'queue', selector }, target: { type: 'AverageValue', averageValue: '3' } },
  },
]
const currentMetrics: v2.MetricStatus[] = [
  {
    type: 'Object',
    object: {
      metric: { name: 'hits', selector },
      current: { value: '1', averageValue: '2' },
      describedObject: { kind: 'Service', name: 'a' },
    },
  },
  { type: 'Pods', pods: { metric: { name: 'load' }, current: { averageValue: '1' } } },
  { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 30, averageValue: '300m' } } },
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container: 'a', current: { averageValue: '1' } },
  },
  { type: 'External', external: { metric: { name: 'queue' }, current: { value: '0', averageValue: '4' } } },
]
const full = (): v2.HorizontalPodAutoscaler => ({
  kind: 'HorizontalPodAutoscaler',
  apiVersion: 'autoscaling/v2',
  metadata: { name: 'web', namespace: 'default', annotations: { a: 'b' } },
  spec: {
    scaleTargetRef: { ...target },
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [...metrics, cpu(60)],
    behavior: {
      scaleDown: {
        stabilizationWindowSeconds: 0,
        tolerance: '100m',
        policies: [{ type: 'Pods', value: 1, periodSeconds: 2 }],
      },
    },
  },
  status: {
    observedGeneration: 1,
    lastScaleTime: '2026-01-01T00:00:00Z',
    currentReplicas: 3,
    desiredReplicas: 4,
    currentMetrics,
    conditions: [
      { type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'a' },
    ],
  },
})

test('version 1 shows the share of the processor, and the rest as annotations', () => {
  const { metadata, spec, status, apiVersion } = seenAsV1(full())
  assert.equal(apiVersion, 'autoscaling/v1')
  assert.deepEqual(spec, {
    scaleTargetRef: target,
    minReplicas: 2,
    maxReplicas: 5,
    targetCPUUtilizationPercentage: 60,
  })
  assert.deepEqual(status, {
    observedGeneration: 1,
    lastScaleTime: '2026-01-01T00:00:00Z',
    currentReplicas: 3,
    desiredReplicas: 4,
    currentCPUUtilizationPercentage: 30,
  })
  const { a, ...told } = metadata.annotations ?? {}
  assert.equal(a, 'b')
  assert.deepEqual(told, {
    [roundTrip.metrics]:
      '[{"type":"Object","object":{"target":{"kind":"Service","name":"a"},"metricName":"hits","targetValue":"5","selector":{"matchLabels":{"a":"b"}}}},{"type":"Pods","pods":{"metricName":"load","targetAverageValue":"500m"}},{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}},{"type":"ContainerResource","containerResource":{"name":"cpu","targetAverageUtilization":7,"container":"a"}},{"type":"External","external":{"metricName":"queue","metricSelector":{"matchLabels":{"a":"b"}},"targetAverageValue":"3"}}]',
    [roundTrip.currentMetrics]:
      '[{"type":"Object","object":{"target":{"kind":"Service","name":"a"},"metricName":"hits","currentValue":"1","selector":{"matchLabels":{"a":"b"}},"averageValue":"2"}},{"type":"Pods","pods":{"metricName":"load","currentAverageValue":"1"}},{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":30,"currentAverageValue":"300m"}},{"type":"ContainerResource","containerResource":{"name":"cpu","currentAverageValue":"1","container":"a"}},{"type":"External","external":{"metricName":"queue","currentValue":"0","currentAverageValue":"4"}}]',
    [roundTrip.conditions]:
      '[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"a"}]',
    [roundTrip.behavior]:
      '{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":0,"SelectPolicy":null,"Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":2}],"Tolerance":"100m"}}',
  })
})

test('what version 1 shows is the whole object', () => {
  assert.deepEqual(again(full()), full())
  const plain = { ...full(), spec: { ...full().spec, metrics: [cpu(50)], behavior: undefined } }
  const stored = { ...plain, metadata: { name: 'a' }, status: { desiredReplicas: 1 } } as never
  assert.equal(seenAsV1(stored).metadata.annotations, undefined)
  assert.equal(
    toJson(horizontalPodAutoscaler.type, again(stored)),
    toJson(horizontalPodAutoscaler.type, {
      ...(stored as object),
      status: { desiredReplicas: 1, currentReplicas: 0 },
    }),
  )
})

test('an autoscaler of version 1 aims at the processor unless it is told something else', () => {
  const percent = (more: object, annotations?: Record<string, string>) => {
    const object = read<v1.HorizontalPodAutoscaler>(horizontalPodAutoscalerV1, view(more, annotations))
    return [object.spec.targetCPUUtilizationPercentage, toV2(object).spec.metrics]
  }
  assert.deepEqual(percent({}), [80, [cpu(80)]])
  assert.deepEqual(percent({ targetCPUUtilizationPercentage: 5 }), [5, [cpu(5)]])
  const memory = '[{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":9}}]'
  const [none, told] = percent({}, { [roundTrip.metrics]: memory })
  assert.equal(none, undefined)
  assert.deepEqual(told, [
    {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 9 } },
    },
  ])
  for (const wrong of ['x', '{}', '[1]', '[{"type":1}]']) {
    assert.deepEqual(percent({}, { [roundTrip.metrics]: wrong })[1], [cpu(80)], wrong)
  }
  const behavior = (text: string) => toV2(view({}, { [roundTrip.behavior]: text })).spec.behavior
  for (const wrong of ['x', '1', '{}', '{"ScaleUp":1}']) assert.equal(behavior(wrong), undefined, wrong)
})

test('version 1 is judged as version 2 is', () => {
  const metadata = view().metadata
  assert.deepEqual(createFaults(horizontalPodAutoscalerV1, view()), [])
  assert.deepEqual(createFaults(horizontalPodAutoscalerV1, view({ maxReplicas: 0 })), [
    'spec.maxReplicas: Required value',
    'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
  ])
  assert.deepEqual(createFaults(horizontalPodAutoscalerV1, view({ targetCPUUtilizationPercentage: -1 })), [
    'spec.metrics[0].resource.target.averageUtilization: Invalid value: -1: must be greater than 0',
  ])
  const broken = { [roundTrip.metrics]: '[{"type":"Object","object":{}}]' }
  assert.match(
    createFaults(horizontalPodAutoscalerV1, view({}, broken)).join(),
    /describedObject\.kind: Required value/,
  )
  const old = stored<v1.HorizontalPodAutoscaler>(horizontalPodAutoscalerV1, view())
  const other = (object: v1.HorizontalPodAutoscaler) => {
    object.spec.scaleTargetRef.apiVersion = 'v1'
  }
  assert.deepEqual(write(horizontalPodAutoscalerV1, old, other).faults, [
    'spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group',
  ])
  const status = (object: v1.HorizontalPodAutoscaler) => {
    object.status = { currentReplicas: -1, desiredReplicas: 0 }
    other(object)
  }
  assert.deepEqual(write(horizontalPodAutoscalerV1, old, status, 'status').faults, [
    'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
  ])
  assert.equal(horizontalPodAutoscalerV1.cells['Targets']?.({ ...view(), metadata }, 0), 'cpu: <unknown>/80%')
})
