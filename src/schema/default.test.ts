import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultOrder, defaultRules, podSpecSteps } from '#kinds/gen/defaults'
import { type DefaultContext, defaultedTypes, defaulter } from './default.ts'

const data = { data: defaultRules, order: defaultOrder, podSpecSteps }
const podType = 'io.k8s.api.core.v1.Pod'

test('a pod gets its defaults, keeps what is set, and nothing changes the second time', () => {
  const pod = {
    metadata: {},
    spec: {
      containers: [
        {
          name: 'a',
          livenessProbe: { periodSeconds: 3, httpGet: { port: 80 } },
          ports: [{ containerPort: 1 }],
        },
      ],
      volumes: [{ name: 's', secret: {} }],
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
    },
    status: {},
  }
  const apply = defaulter({ ...data, byHand: {} })
  apply(podType, pod)
  const expected = {
    metadata: {},
    spec: {
      containers: [
        {
          name: 'a',
          livenessProbe: {
            periodSeconds: 3,
            httpGet: { port: 80, path: '/', scheme: 'HTTP' },
            timeoutSeconds: 1,
            successThreshold: 1,
            failureThreshold: 3,
          },
          ports: [{ containerPort: 1, protocol: 'TCP' }],
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      volumes: [{ name: 's', secret: { defaultMode: 420 } }],
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
    status: {},
  }
  assert.deepEqual(pod, expected)
  apply(podType, pod)
  assert.deepEqual(pod, expected)
})

test('hand-written rules run around the data, and see the objects above', () => {
  const seen: unknown[] = []
  const note =
    (when: string) => (value: { name: string; terminationMessagePath?: string }, at: DefaultContext) =>
      seen.push([when, value.name, value.terminationMessagePath, at.ancestors.length, at.root === pod])
  const pod = { spec: { containers: [{ name: 'a' }] } }
  const byHand = { 'io.k8s.api.core.v1.Container': { before: note('before'), after: note('after') } }
  defaulter({ ...data, byHand })(podType, pod)
  assert.deepEqual(seen, [
    ['before', 'a', undefined, 2, true],
    ['after', 'a', '/dev/termination-log', 2, true],
  ])
})

test('values that are set by default are not shared between objects', () => {
  const apply = defaulter({ ...data, byHand: {} })
  const [one, two] = [
    { spec: {} as { securityContext?: object } },
    { spec: {} as { securityContext?: object } },
  ]
  apply(podType, one)
  apply(podType, two)
  assert.notEqual(one.spec.securityContext, two.spec.securityContext)
})

test('defaultedTypes() names the types inside a pod specification too', () => {
  const names = defaultedTypes('io.k8s.api.apps.v1.Deployment', data)
  assert.ok(names.includes('io.k8s.api.apps.v1.Deployment') && names.includes('io.k8s.api.core.v1.Probe'))
})
