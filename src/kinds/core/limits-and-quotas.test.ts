import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, write } from '#testkit/kind-check'
import type { LimitRange, LimitRangeItem, ResourceQuota } from '../gen/core-v1.ts'
import { limitRange } from './limit-range.ts'
import { resourceQuota } from './resource-quota.ts'

const range = (...limits: object[]): LimitRange => ({
  metadata: { name: 'a', namespace: 'default' },
  spec: { limits: limits as LimitRangeItem[] },
})
const limits =
  (...items: object[]) =>
  (object: LimitRange) =>
    Object.assign(object, range(...items))

test('limits that are wrong', () => {
  const at = 'spec.limits[0]'
  const pod = (item: object) => limits({ type: 'Pod', ...item })
  const container = (item: object) => limits({ type: 'Container', ...item })
  const claim = (item: object) => limits({ type: 'PersistentVolumeClaim', ...item })
  refuses(limitRange, () => range({ type: 'Pod', max: { cpu: '1' } }), [
    [
      limits({ type: 'Node' }),
      `${at}.type: Invalid value: "Node": must be a standard limit type or fully qualified`,
    ],
    [limits({ type: 'example.com/Node' })],
    [limits({ type: 'a b' }), /^spec\.limits\[0\]\.type: Invalid value: "a b": name part must consist/],
    [limits({ type: 'Pod' }, { type: 'Pod' }), 'spec.limits[1].type: Duplicate value: "Pod"'],
    [
      pod({ max: { storage: '1' } }),
      `${at}.max[storage]: Invalid value: "storage": must be a standard resource for containers`,
    ],
    [
      claim({ min: { storage: '1', a: '1' } }),
      `${at}.min[a]: Invalid value: "a": must be a standard resource type or fully qualified`,
    ],
    [pod({ default: { cpu: '1' } }), `${at}.default: Forbidden: may not be specified when \`type\` is 'Pod'`],
    [
      pod({ defaultRequest: { cpu: '1' } }),
      `${at}.defaultRequest: Forbidden: may not be specified when \`type\` is 'Pod'`,
    ],
    [
      claim({ default: { storage: '1' } }),
      `${at}.limits: Required value: either minimum or maximum storage value is required, but neither was provided`,
    ],
    [
      pod({ min: { cpu: '2' }, max: { cpu: '1' } }),
      `${at}.min[cpu]: Invalid value: "2": min value 2 is greater than max value 1`,
    ],
    [
      container({ min: { cpu: '2' }, default: { cpu: '3' }, defaultRequest: { cpu: '1' } }),
      `${at}.defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1`,
    ],
    [
      container({ max: { cpu: '2' }, default: { cpu: '3' }, defaultRequest: { cpu: '3' } }),
      `${at}.defaultRequest[cpu]: Invalid value: "3": default request value 3 is greater than max value 2`,
      `${at}.default[cpu]: Invalid value: "2": default value 3 is greater than max value 2`,
    ],
    [
      container({ default: { cpu: '1' }, defaultRequest: { cpu: '2' } }),
      `${at}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1`,
    ],
    [
      container({ min: { cpu: '2' }, default: { cpu: '1' }, defaultRequest: { cpu: '2' } }),
      `${at}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1`,
      `${at}.default[cpu]: Invalid value: "2": min value 2 is greater than default value 1`,
    ],
    [
      pod({ maxLimitRequestRatio: { cpu: '500m' } }),
      `${at}.maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1`,
    ],
    [
      pod({ min: { cpu: '300m' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '4' } }),
      `${at}.maxLimitRequestRatio[cpu]: Invalid value: "4": ratio 4 is greater than max/min = 3.333333`,
    ],
    [
      pod({ maxLimitRequestRatio: { a: '2' } }),
      `${at}.maxLimitRequestRatio[a]: Invalid value: "a": must be a standard resource type or fully qualified`,
      `${at}.maxLimitRequestRatio[a]: Invalid value: "a": must be a standard resource for containers`,
    ],
    [
      container({ default: { 'hugepages-2Mi': '4Mi' }, defaultRequest: { 'hugepages-2Mi': '2Mi' } }),
      `${at}.defaultRequest[hugepages-2Mi]: Invalid value: "2Mi": default value 4Mi must equal to defaultRequest value 2Mi in hugepages-2Mi`,
    ],
  ])
})

test('ratios of large amounts are taken of whole numbers', () => {
  const large = { type: 'Pod', min: { memory: '10Pi' }, max: { memory: '20Pi' } }
  const ratio = (text: string) => limits({ ...large, maxLimitRequestRatio: { memory: text } })
  refuses(limitRange, () => range(large), [
    [ratio('2')],
    [
      ratio('3'),
      'spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
    ],
  ])
})

test('containers are limited to the most, and ask for what they are limited to', () => {
  const first = (item: object) => read<LimitRange>(limitRange, range(item)).spec?.limits[0]
  const item = first({ type: 'Container', max: { cpu: '2' }, min: { cpu: '1', memory: '1Gi' } })
  assert.deepEqual(item?.default, { cpu: '2' })
  assert.deepEqual(item.defaultRequest, { cpu: '2', memory: '1Gi' })
  const own = first({
    type: 'Container',
    max: { cpu: '4' },
    default: { cpu: '3' },
    defaultRequest: { cpu: '1' },
  })
  assert.deepEqual([own?.default, own?.defaultRequest], [{ cpu: '3' }, { cpu: '1' }])
  assert.equal(first({ type: 'Pod', max: { cpu: '2' } })?.default, undefined)
})

const quota = (spec: object): ResourceQuota => ({ metadata: { name: 'a', namespace: 'default' }, spec })
const set = (spec: object) => (object: ResourceQuota) => Object.assign(object, { spec })

test('quotas that are wrong', () => {
  const selecting = (expression: object, hard: object = {}) =>
    set({ hard, scopeSelector: { matchExpressions: [expression] } })
  const at = 'spec.scopeSelector.matchExpressions'
  const existing =
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
  const misfit = 'unsupported scope applied to resource'
  refuses(resourceQuota, () => quota({ hard: { pods: '1', 'requests.hugepages-2Mi': '2Mi' } }), [
    [
      set({ hard: { a: '1' } }),
      'spec.hard[a]: Invalid value: "a": must be a standard resource type or fully qualified',
      'spec.hard[a]: Invalid value: "a": must be a standard resource for quota',
    ],
    [
      set({ hard: { storage: '1' } }),
      'spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota',
    ],
    [set({ hard: { cpu: '-1' } }), 'spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    [set({ hard: { pods: '1500m' } }), 'spec.hard[pods]: Invalid value: "1500m": must be an integer'],
    [
      set({ hard: { 'count/pods': '1500m' } }),
      'spec.hard[count/pods]: Invalid value: "1500m": must be an integer',
    ],
    [set({ scopes: ['Some'] }), 'spec.scopes: Invalid value: ["Some"]: unsupported scope'],
    [
      set({ hard: { cpu: '1' }, scopes: ['BestEffort'] }),
      `spec.scopes: Invalid value: ["BestEffort"]: ${misfit}`,
    ],
    [
      set({ hard: { services: '1' }, scopes: ['NotTerminating'] }),
      `spec.scopes: Invalid value: ["NotTerminating"]: ${misfit}`,
    ],
    [
      set({ hard: { pods: '1' }, scopes: ['VolumeAttributesClass'] }),
      `spec.scopes: Invalid value: ["VolumeAttributesClass"]: ${misfit}`,
    ],
    [set({ hard: { 'requests.storage': '1' }, scopes: ['VolumeAttributesClass'] })],
    [
      set({ scopes: ['BestEffort', 'NotBestEffort'] }),
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ],
    [
      set({ scopes: ['NotTerminating', 'Terminating'] }),
      'spec.scopes: Invalid value: ["NotTerminating","Terminating"]: conflicting scopes',
    ],
    [
      selecting({ scopeName: 'Some', operator: 'Exists' }),
      `${at}.scopeName: Invalid value: "Some": unsupported scope`,
    ],
    [
      selecting({ scopeName: 'BestEffort', operator: 'Exists' }, { cpu: '1' }),
      `${at}: Invalid value: {"MatchExpressions":[{"ScopeName":"BestEffort","Operator":"Exists","Values":null}]}: ${misfit}`,
    ],
    [
      selecting({ scopeName: 'Terminating', operator: 'In', values: ['a'] }),
      `${at}.operator: Invalid value: "In": ${existing}`,
    ],
    [
      selecting({ scopeName: 'PriorityClass', operator: 'NotIn' }),
      `${at}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`,
    ],
    [
      selecting({ scopeName: 'PriorityClass', operator: 'DoesNotExist', values: ['a'] }),
      `${at}.values: Invalid value: ["a"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`,
    ],
    [
      selecting({ scopeName: 'PriorityClass', operator: 'Is' }),
      `${at}.operator: Invalid value: "Is": not a valid selector operator`,
    ],
    [
      set({
        scopeSelector: {
          matchExpressions: ['Terminating', 'NotTerminating'].map((scopeName) => ({
            scopeName,
            operator: 'Exists',
          })),
        },
      }),
      `${at}: Invalid value: null: conflicting scopes`,
    ],
  ])
})

test('a quota keeps its scopes, and its status is judged by itself', () => {
  const json = quota({ scopes: ['Terminating', 'NotBestEffort'], hard: { pods: '1' } })
  const old = stored<ResourceQuota>(resourceQuota, json)
  const rewritten = (scopes: string[]) =>
    write(resourceQuota, old, (object) => Object.assign(object.spec ?? {}, { scopes })).faults
  assert.deepEqual(rewritten(['NotBestEffort', 'Terminating']), [])
  assert.deepEqual(rewritten(['Terminating']), [
    'spec.scopes: Invalid value: ["Terminating"]: field is immutable',
  ])
  const told = (status: object) =>
    write(resourceQuota, old, (object) => Object.assign(object, { status }), 'status').faults
  assert.deepEqual(told({ hard: { pods: '1' }, used: { pods: '0' } }), [])
  assert.deepEqual(told({ hard: { pods: '-1' }, used: { storage: '1' } }), [
    'status.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
    'status.used[storage]: Invalid value: "storage": must be a standard resource for quota',
  ])
})

test('rows of quotas', () => {
  const object: ResourceQuota = {
    ...quota({}),
    status: {
      hard: { 'requests.cpu': '2', 'limits.memory': '1Gi', pods: '5', limitsless: '1' },
      used: { pods: '1', 'limits.memory': '1Mi' },
    },
  }
  assert.equal(resourceQuota.cells['Request']?.(object, 0), 'limitsless: 0/1, pods: 1/5, requests.cpu: 0/2')
  assert.equal(resourceQuota.cells['Limit']?.(object, 0), 'limits.memory: 1Mi/1Gi')
  assert.equal(resourceQuota.cells['Request']?.(quota({}), 0), '')
})
