import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFaults, read, refuses, stored, told, write } from '#testkit/kind-check'
import type {
  FlowSchema,
  FlowSchemaSpec,
  LimitResponse,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  PriorityLevelConfiguration,
  ResourcePolicyRule,
} from '../gen/flowcontrol-v1.ts'
import { flowSchema } from './flow-schema.ts'
import { mandatoryFlows, mandatoryLevels } from './mandatory.ts'
import { priorityLevelConfiguration } from './priority-level-configuration.ts'

const user = { kind: 'User', user: { name: 'a' } }
const resource: ResourcePolicyRule = {
  verbs: ['get'],
  apiGroups: [''],
  resources: ['pods'],
  namespaces: ['a'],
}
const url: NonResourcePolicyRule = { verbs: ['*'], nonResourceURLs: ['/healthz', '/', '/a/*'] }
const sound = (): FlowSchema => ({
  metadata: { name: 'a' },
  spec: {
    priorityLevelConfiguration: { name: 'b' },
    rules: [{ subjects: [{ ...user }], resourceRules: [{ ...resource }], nonResourceRules: [{ ...url }] }],
  },
})
const set = (more: object) => (object: FlowSchema) => Object.assign(object.spec as FlowSchemaSpec, more)
const rule = (rule: object) => set({ rules: [{ subjects: [user], resourceRules: [resource], ...rule }] })
const subject = (subject: object) => rule({ subjects: [subject] })
const resources = (change: object) => rule({ resourceRules: [{ ...resource, ...change }] })
const urls = (change: object) => rule({ nonResourceRules: [{ ...url, ...change }] })

test('whom a flow is about', () => {
  const at = 'spec.rules[0].subjects[0]'
  const account = (serviceAccount: object) => subject({ kind: 'ServiceAccount', serviceAccount })
  refuses(flowSchema, sound, [
    [
      rule({ subjects: [] }),
      'spec.rules[0].subjects: Required value: subjects must contain at least one value',
    ],
    [
      subject({ kind: 'x' }),
      `${at}.kind: Unsupported value: "x": supported values: "Group", "ServiceAccount", "User"`,
    ],
    [subject({ kind: 'User' }), `${at}.user: Required value: user is required when subject kind is 'User'`],
    [subject({ kind: 'User', user: { name: '' } }), `${at}.user.name: Required value`],
    [
      subject({ kind: 'Group' }),
      `${at}.group: Required value: group is required when subject kind is 'Group'`,
    ],
    [subject({ kind: 'Group', group: { name: '' } }), `${at}.group.name: Required value`],
    [
      subject({ kind: 'ServiceAccount' }),
      `${at}.serviceAccount: Required value: serviceAccount is required when subject kind is 'ServiceAccount'`,
    ],
    [
      account({ name: '', namespace: '' }),
      `${at}.serviceAccount.name: Required value`,
      `${at}.serviceAccount.namespace: Required value: must specify namespace for service account`,
    ],
    [
      account({ name: 'A', namespace: 'a.b' }),
      /serviceAccount\.name: Invalid value: "A": a lowercase RFC 1123 subdomain/,
      `${at}.serviceAccount.namespace: Invalid value: "a.b": must not contain dots`,
    ],
    [
      subject({ ...user, group: { name: 'a' }, serviceAccount: { name: 'a', namespace: 'a' } }),
      `${at}.serviceAccount: Forbidden: serviceAccount is forbidden when subject kind is not 'ServiceAccount'`,
      `${at}.group: Forbidden: group is forbidden when subject kind is not 'Group'`,
    ],
    [
      subject({ kind: 'Group', group: { name: 'a' }, user: { name: 'a' } }),
      `${at}.user: Forbidden: user is forbidden when subject kind is not 'User'`,
    ],
  ])
})

test('what requests a flow is about', () => {
  const at = 'spec.rules[0].resourceRules[0]'
  const non = 'spec.rules[0].nonResourceRules[0]'
  const path = (url: string) => urls({ nonResourceURLs: [url] })
  const wrong = (url: string, text: string) =>
    `${non}.nonResourceURLs[0]: Invalid value: ${JSON.stringify(url)}: ${text}`
  refuses(flowSchema, sound, [
    [
      rule({ resourceRules: [] }),
      'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
    ],
    [resources({ verbs: [] }), `${at}.verbs: Required value: verbs must contain at least one value`],
    [
      resources({ verbs: ['*', 'get'] }),
      `${at}.verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
    ],
    [
      resources({ verbs: ['x'] }),
      `${at}.verbs: Unsupported value: ["x"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"`,
    ],
    [
      resources({ apiGroups: [], resources: [] }),
      `${at}.apiGroups: Required value: resource rules must supply at least one api group`,
      `${at}.resources: Required value: resource rules must supply at least one resource`,
    ],
    [
      resources({ apiGroups: ['*', 'a'], resources: ['*', 'b'], namespaces: ['*', 'c'] }),
      `${at}.apiGroups: Invalid value: ["*","a"]: if '*' is present, must not specify other api groups`,
      `${at}.resources: Invalid value: ["*","b"]: if '*' is present, must not specify other resources`,
      `${at}.namespaces: Invalid value: ["*","c"]: if '*' is present, must not specify other namespaces`,
    ],
    [
      resources({ namespaces: [] }),
      `${at}.namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
    ],
    [
      resources({ namespaces: ['a.b'] }),
      `${at}.namespaces[0]: Invalid value: "a.b": each member of this list must be '*' or a DNS-1123 label; must not contain dots`,
    ],
    [
      urls({ nonResourceURLs: [] }),
      `${non}.nonResourceURLs: Required value: nonResourceURLs must contain at least one value`,
    ],
    [
      urls({ nonResourceURLs: ['*', '/a'] }),
      `${non}.nonResourceURLs: Invalid value: ["*","/a"]: if '*' is present, must not specify other non-resource URLs`,
    ],
    [path(''), wrong('', 'must not be empty')],
    [path('a'), wrong('a', 'must start with slash')],
    [path('/a b'), wrong('/a b', 'must not contain white-space')],
    [path('/a//b'), wrong('/a//b', 'must not contain double slash')],
    [path('/a*'), wrong('/a*', 'wildcard can only do suffix matching')],
    [path('/*/*'), wrong('/*/*', 'wildcard can only do suffix matching')],
  ])
  assert.deepEqual(
    write(
      flowSchema,
      stored<FlowSchema>(flowSchema, sound()),
      resources({ clusterScope: true, namespaces: [] }),
    ).faults,
    [],
  )
})

test('how important a flow is', () => {
  const at = 'spec.matchingPrecedence'
  refuses(flowSchema, sound, [
    [set({ matchingPrecedence: -1 }), `${at}: Invalid value: -1: must be a positive value`],
    [set({ matchingPrecedence: 10_001 }), `${at}: Invalid value: 10001: must not be greater than 10000`],
    [
      set({ matchingPrecedence: 1 }),
      `${at}: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1`,
    ],
    [
      set({ distinguisherMethod: { type: 'x' } }),
      'spec.distinguisherMethod.type: Unsupported value: {"Type":"x"}: supported values: "ByNamespace", "ByUser"',
    ],
    [
      set({ priorityLevelConfiguration: { name: '' } }),
      'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
    ],
    [
      set({ priorityLevelConfiguration: { name: 'A' } }),
      /^spec\.priorityLevelConfiguration\.name: Invalid value: "A": a lowercase/,
    ],
  ])
})

test('the flows and levels that every cluster has are fixed', () => {
  for (const [name, spec] of Object.entries(mandatoryFlows)) {
    assert.deepEqual(createFaults(flowSchema, { metadata: { name }, spec }), [], name)
  }
  for (const [name, spec] of Object.entries(mandatoryLevels)) {
    assert.deepEqual(createFaults(priorityLevelConfiguration, { metadata: { name }, spec }), [], name)
  }
  const other = { ...sound().spec, rules: [] as PolicyRulesWithSubjects[] }
  assert.deepEqual(createFaults(flowSchema, { metadata: { name: 'catch-all' }, spec: other }), [
    'spec: Invalid value: {"PriorityLevelConfiguration":{"Name":"b"},"MatchingPrecedence":1000,"DistinguisherMethod":null,"Rules":null}: spec of \'catch-all\' must equal the fixed value',
  ])
  const lent = { type: 'Exempt', exempt: { lendablePercent: 50 } }
  assert.deepEqual(createFaults(priorityLevelConfiguration, { metadata: { name: 'exempt' }, spec: lent }), [])
  const limited = { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } }
  told(
    createFaults(priorityLevelConfiguration, { metadata: { name: 'exempt' }, spec: limited }),
    [
      `spec.type: Invalid value: "Limited": must be 'Exempt' if and only if \`name\` is 'exempt'`,
      /"Limited":\{"NominalConcurrencyShares":30,.*: spec of 'exempt' except the 'spec\.exempt' field must equal/,
    ],
    'exempt',
  )
})

test('priority levels', () => {
  const level = (): PriorityLevelConfiguration => ({
    metadata: { name: 'a' },
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } },
  })
  const spec = (spec: object) => (object: PriorityLevelConfiguration) => {
    object.spec = spec as never
  }
  const limited = (more: object) =>
    spec({ type: 'Limited', limited: { limitResponse: { type: 'Reject' }, ...more } })
  const response = (limitResponse: Partial<LimitResponse>) => limited({ limitResponse })
  const queuing = (queuing: object) => response({ type: 'Queue', queuing })
  const at = 'spec.limited'
  const q = `${at}.limitResponse.queuing`
  refuses(priorityLevelConfiguration, level, [
    [
      (object) => {
        object.metadata.annotations = { 'flowcontrol.k8s.io/preserve-zero-concurrency-shares': '' }
      },
      "metadata.annotations: Forbidden: annotation 'flowcontrol.k8s.io/preserve-zero-concurrency-shares' is forbidden",
    ],
    [spec({ type: '' }), 'spec.type: Required value'],
    [spec({ type: 'x' }), 'spec.type: Unsupported value: "x": supported values: "Exempt", "Limited"'],
    [spec({ type: 'Limited' }), `${at}: Required value: must not be empty when type is Limited`],
    [
      spec({ type: 'Limited', limited: { limitResponse: { type: 'Reject' } }, exempt: {} }),
      'spec.exempt: Forbidden: must be nil if the type is Limited',
    ],
    [
      spec({ type: 'Exempt', limited: { limitResponse: { type: 'Reject' } } }),
      `spec.type: Invalid value: "Exempt": must be 'Exempt' if and only if \`name\` is 'exempt'`,
      'spec.limited: Forbidden: must be nil if the type is not Limited',
    ],
    [
      spec({ type: 'Exempt', exempt: { nominalConcurrencyShares: -1, lendablePercent: 101 } }),
      /: must be 'Exempt'/,
      'spec.exempt.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
      'spec.exempt.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
    ],
    [
      limited({ nominalConcurrencyShares: -1, lendablePercent: -1, borrowingLimitPercent: -1 }),
      `${at}.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer`,
      `${at}.lendablePercent: Invalid value: -1: must be between 0 and 100, inclusive`,
      `${at}.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer`,
    ],
    [response({}), `${at}.limitResponse.type: Required value`],
    [
      response({ type: 'x' }),
      `${at}.limitResponse.type: Unsupported value: "x": supported values: "Queue", "Reject"`,
    ],
    [
      response({ type: 'Queue' }),
      `${q}: Required value: must not be empty if limited.limitResponse.type is Limited`,
    ],
    [
      response({ type: 'Reject', queuing: {} }),
      `${q}: Forbidden: must be nil if limited.limitResponse.type is not Limited`,
    ],
    [
      queuing({ queues: -1, handSize: -1, queueLengthLimit: -1 }),
      `${q}.queueLengthLimit: Invalid value: -1: must be positive`,
      `${q}.queues: Invalid value: -1: must be positive`,
      `${q}.handSize: Invalid value: -1: must be positive`,
    ],
    [
      queuing({ queues: 10_000_001, handSize: 1 }),
      `${q}.queues: Invalid value: 10000001: must not be greater than 10000000`,
    ],
    [queuing({ queues: 4 }), `${q}.handSize: Invalid value: 8: should not be greater than queues (4)`],
    [
      queuing({ queues: 512, handSize: 7 }),
      `${q}.handSize: Invalid value: 7: required entropy bits of deckSize 512 and handSize 7 should not be greater than 60`,
    ],
  ])
})

test('status and rows of flows and levels', () => {
  const old = stored<FlowSchema>(flowSchema, sound())
  const status =
    (...conditions: object[]) =>
    (object: FlowSchema) => {
      object.status = { conditions }
      object.metadata.labels = { a: 'b' }
      set({ matchingPrecedence: -1 })(object)
    }
  const { object, faults } = write(flowSchema, old, status({ type: 'Dangling', status: 'True' }), 'status')
  assert.deepEqual([faults, object.metadata.labels, object.spec], [[], undefined, old.spec])
  told(
    write(flowSchema, old, status({ type: 'a' }, { type: 'a' }, {}), 'status').faults,
    ['status.conditions[1].type: Duplicate value: "a"', 'status.conditions[2].type: Required value'],
    'status',
  )
  const row = (object: FlowSchema) =>
    ['MatchingPrecedence', 'DistinguisherMethod', 'MissingPL'].map((name) =>
      flowSchema.cells[name]?.(object, 0),
    )
  assert.deepEqual(row(object), [1000, '<none>', 'True'])
  assert.deepEqual(row(old), [1000, '<none>', '?'])
  const names = ['NominalConcurrencyShares', 'Queues', 'HandSize', 'QueueLengthLimit']
  const cells = (spec: object) => {
    const level = read(priorityLevelConfiguration, { spec })
    return names.map((name) => priorityLevelConfiguration.cells[name]?.(level, 0))
  }
  const none = '<none>'
  assert.deepEqual(cells({ type: 'Exempt' }), [none, none, none, none])
  assert.deepEqual(
    cells({ type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } }),
    [30, 64, 8, 50],
  )
})
