import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type {
  PodTemplate,
  PodSpec,
  ReplicationController,
  ReplicationControllerSpec,
} from '../gen/core-v1.ts'
import { podTemplate } from './pod-template.ts'
import { replicationController } from './replication-controller.ts'

interface Full extends ReplicationController {
  spec: ReplicationControllerSpec & { template: { metadata: object; spec: PodSpec } }
}

const pods = (): PodSpec => ({ containers: [{ name: 'a', image: 'a', resources: {} }] })
const sound = (): Full => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { app: 'web' },
    template: { metadata: { labels: { app: 'web' } }, spec: pods() },
  },
})
const notNegative = 'must be greater than or equal to 0'

test('what a replication controller asks for', () => {
  refuses(replicationController, sound, [
    [({ spec }) => (spec.minReadySeconds = -1), `spec.minReadySeconds: Invalid value: -1: ${notNegative}`],
    [({ spec }) => (spec.replicas = -1), `spec.replicas: Invalid value: -1: ${notNegative}`],
    [({ spec }) => delete (spec as ReplicationControllerSpec).template, 'spec.template: Required value'],
    [
      ({ spec }) => (spec.selector = { app: 'db' }),
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      (object) => Object.assign(object, { spec: { template: { spec: pods() } } }),
      'spec.selector: Required value',
    ],
    [
      ({ spec }) => (spec.template.spec.restartPolicy = 'Never'),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      ({ spec }) => (spec.template.spec.activeDeadlineSeconds = 1),
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ],
  ])
})

test('a controller without a selector takes the labels of its pods', () => {
  const bare = sound()
  delete bare.spec.selector
  const object = read<Full>(replicationController, bare)
  assert.deepEqual(
    [object.spec.selector, object.metadata.labels, object.spec.replicas],
    [{ app: 'web' }, { app: 'web' }, 1],
  )
})

test('the selector of a controller may change', () => {
  const old = stored<Full>(replicationController, sound())
  const { faults, object } = write<Full>(replicationController, old, ({ spec }) => {
    spec.selector = { app: 'db' }
    spec.template.metadata = { labels: { app: 'db' } }
  })
  assert.deepEqual([faults, object.metadata.generation], [[], 2])
  const status = write<Full>(
    replicationController,
    old,
    (next) => void (next.status = { replicas: 0, readyReplicas: 1 }),
    'status',
  )
  told(
    status.faults,
    ['status.readyReplicas: Invalid value: 1: cannot be greater than status.replicas'],
    'status',
  )
})

test('rows and selectors of a controller', () => {
  const object = stored<Full>(replicationController, sound())
  const names = ['Desired', 'Current', 'Ready', 'Containers', 'Images', 'Selector']
  assert.deepEqual(
    names.map((name) => replicationController.cells[name]?.(object, 0)),
    [1, 0, 0, 'a', 'a', 'app=web'],
  )
  assert.equal(replicationController.selectable['status.replicas']?.(object), '0')
})

test('templates', () => {
  const template = (): PodTemplate & { template: { metadata: { labels?: object }; spec: PodSpec } } => ({
    metadata: { name: 'web', namespace: 'default' },
    template: { metadata: { labels: { app: 'web' } }, spec: pods() },
  })
  refuses(podTemplate, template, [
    [(object) => delete (object as PodTemplate).template, 'template.spec.containers: Required value'],
    [({ template }) => (template.spec.containers = []), 'template.spec.containers: Required value'],
    [
      ({ template }) => (template.metadata.labels = { '-': 'a' }),
      /^template\.labels: Invalid value: "-": name part must consist/,
    ],
    [
      ({ template }) => Object.assign(template.metadata, { annotations: { '-': 'a' } }),
      /^template\.annotations: Invalid value: "-": name part must consist/,
    ],
    [
      ({ template }) =>
        Object.assign(template.metadata, {
          annotations: { 'controller.kubernetes.io/pod-deletion-cost': 'x' },
        }),
      'template.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "x": must be a 32bit integer',
    ],
    [
      ({ template }) =>
        Object.assign(template.spec, { ephemeralContainers: [{ name: 'e', image: 'e', resources: {} }] }),
      'template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
    ],
    [
      ({ template }) => (template.spec.volumes = [{ name: 'v', hostPath: { path: '' } }]),
      'template.spec.volumes[0].hostPath.path: Required value',
    ],
    [({ template }) => (template.spec.restartPolicy = 'Never')],
  ])
  const old = stored<PodTemplate>(podTemplate, template())
  const { object } = write<PodTemplate>(podTemplate, old, (next) => {
    next.template = { metadata: {}, spec: pods() }
  })
  assert.deepEqual([old.metadata.generation, object.metadata.generation], [1, 2])
  assert.deepEqual(
    ['Containers', 'Images', 'Pod Labels'].map((name) => podTemplate.cells[name]?.(old, 0)),
    ['a', 'a', 'app=web'],
  )
})
