import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFaults, read, refuses, stored, told, write } from '#testkit/kind-check'
import type { Job, JobSpec } from '../gen/batch-v1.ts'
import type { PodSpec } from '../gen/core-v1.ts'
import { job } from './job.ts'

interface Full extends Job {
  spec: JobSpec & { template: { spec: PodSpec } }
}

const sound = (): Full => ({
  metadata: { name: 'sum', namespace: 'default', uid: 'u' },
  spec: {
    template: {
      metadata: {},
      spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a', resources: {} }] },
    },
  },
})
const indexed = (): Full => {
  const object = sound()
  Object.assign(object.spec, { completionMode: 'Indexed', completions: 5 })
  return object
}
const notNegative = 'must be greater than or equal to 0'
const set = (fields: Partial<JobSpec>) => (object: Full) => Object.assign(object.spec, fields)

test('numbers of a job', () => {
  const rows = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ] as const
  refuses(
    job,
    sound,
    rows.map((name) => [set({ [name]: -1 }), `spec.${name}: Invalid value: -1: ${notNegative}`]),
  )
  refuses(job, indexed, [
    [set({ backoffLimitPerIndex: -1 }), `spec.backoffLimitPerIndex: Invalid value: -1: ${notNegative}`],
    [
      set({ backoffLimitPerIndex: 1, maxFailedIndexes: -1 }),
      `spec.maxFailedIndexes: Invalid value: -1: ${notNegative}`,
    ],
    [
      set({ maxFailedIndexes: 1 }),
      'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
    ],
  ])
})

test('jobs with indexes and without', () => {
  const many = { completions: 100_001, backoffLimitPerIndex: 1 }
  const above = 'when completions are above 100000 and used with backoff limit per index'
  refuses(job, sound, [
    [
      set({ completionMode: 'Other' }),
      'spec.completionMode: Unsupported value: "Other": supported values: "NonIndexed", "Indexed"',
    ],
    [
      set({ backoffLimitPerIndex: 1, maxFailedIndexes: 1 }),
      'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
      'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
    ],
  ])
  refuses(job, indexed, [
    [
      (object) => {
        delete object.spec.completions
        object.spec.parallelism = 1
      },
      'spec.completions: Required value: when completion mode is Indexed',
    ],
    [
      set({ parallelism: 100_001 }),
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
    ],
    [
      set({ backoffLimitPerIndex: 1, maxFailedIndexes: 6 }),
      'spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions',
    ],
    [set(many), 'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000'],
    [
      set({ ...many, maxFailedIndexes: 10_001, parallelism: 10_001 }),
      `spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 ${above}`,
      `spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 ${above}`,
    ],
    [
      ({ metadata }) => (metadata.name = 'a'.repeat(62)),
      `metadata.name: Invalid value: "${'a'.repeat(62)}": will not able to create pod with invalid DNS label: ${'a'.repeat(62)}-4`,
    ],
  ])
})

test('who manages a job', () => {
  refuses(job, sound, [
    [set({ managedBy: '' }), 'spec.managedBy: Required value'],
    [
      set({ managedBy: 'someone' }),
      'spec.managedBy: Invalid value: "someone": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [
      set({ managedBy: `acme.io/${'a'.repeat(60)}` }),
      'spec.managedBy: Too long: may not be more than 63 bytes',
    ],
    [
      set({ managedBy: 'A.io/a' }),
      /^spec\.managedBy: Invalid value: "A\.io": a lowercase RFC 1123 subdomain/,
    ],
  ])
})

test('the pods of a job', () => {
  const at = 'spec.template.spec.restartPolicy'
  const policy = (policy: string) => (object: Full) => (object.spec.template.spec.restartPolicy = policy)
  refuses(job, sound, [
    [policy('Always'), `${at}: Required value: valid values: "OnFailure", "Never"`],
    [policy(''), `${at}: Required value: valid values: "OnFailure", "Never"`],
    [
      policy('x'),
      `${at}: Unsupported value: "x": supported values: "Always", "OnFailure", "Never"`,
      `${at}: Unsupported value: "x": supported values: "OnFailure", "Never"`,
    ],
    [({ spec }) => (spec.template.spec.containers = []), 'spec.template.spec.containers: Required value'],
  ])
})

const labels = 'spec.template.metadata.labels'

test('the selector that the server makes', () => {
  const made = stored<Full>(job, sound())
  assert.deepEqual(made.spec.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } })
  const due = {
    'job-name': 'sum',
    'batch.kubernetes.io/job-name': 'sum',
    'controller-uid': 'u',
    'batch.kubernetes.io/controller-uid': 'u',
  }
  assert.deepEqual([made.spec.template.metadata.labels, made.metadata.labels], [due, due])
  refuses(job, sound, [
    [
      ({ spec }) => (spec.template.metadata.labels = { 'job-name': 'x' }),
      /^spec\.template\.metadata\.labels\[job-name\]: Invalid value: \{"job-name":"x",.*\}: must be 'sum'$/,
    ],
    [
      ({ spec }) => (spec.selector = { matchLabels: { a: 'b' } }),
      /^spec\.selector: Invalid value: .*: `selector` not auto-generated$/,
      /^spec\.template\.metadata\.labels: Invalid value: .*: `selector` does not match template `labels`$/,
    ],
    [
      ({ spec }) => Object.assign(spec, { manualSelector: true }),
      'spec.selector: Required value',
      `${labels}: Invalid value: null: \`selector\` does not match template \`labels\``,
    ],
    [
      ({ spec }) => Object.assign(spec, { manualSelector: true, selector: { matchLabels: { a: 'b' } } }),
      `${labels}: Invalid value: null: \`selector\` does not match template \`labels\``,
    ],
  ])
  const anonymous = sound()
  delete anonymous.metadata.uid
  assert.equal(createFaults(job, anonymous)[0], 'metadata.uid: Required value')
})

test('defaults of a job', () => {
  const plain = read<Full>(job, sound()).spec
  assert.deepEqual(
    [plain.completions, plain.parallelism, plain.backoffLimit, plain.podReplacementPolicy],
    [1, 1, 6, 'TerminatingOrFailed'],
  )
  const queue = sound()
  queue.spec.parallelism = 3
  assert.equal(read<Full>(job, queue).spec.completions, undefined)
  const limited = indexed()
  limited.spec.backoffLimitPerIndex = 1
  assert.equal(read<Full>(job, limited).spec.backoffLimit, 2_147_483_647)
  const labelled = sound()
  labelled.spec.template.metadata.labels = { app: 'sum' }
  assert.equal(stored<Full>(job, labelled).metadata.labels?.['app'], 'sum')
})

test('what of a job may change', () => {
  const immutable = 'field is immutable'
  const check = (old: Full, rows: [(object: Full) => unknown, ...(string | RegExp)[]][]) => {
    for (const [change, ...expected] of rows) {
      told(write<Full>(job, old, (next) => void change(next)).faults, expected, String(change))
    }
  }
  const image = ({ spec }: Full) => ((spec.template.spec.containers[0] as { image: string }).image = 'b')
  const free: ((object: Full) => unknown)[] = [
    ({ spec }) => (spec.template.spec.nodeSelector = { a: 'b' }),
    ({ spec }) => (spec.template.spec.tolerations = [{ operator: 'Exists' }]),
    ({ spec }) => (spec.template.spec.schedulingGates = [{ name: 'a' }]),
    ({ spec }) => (spec.template.metadata.annotations = { a: 'b' }),
    ({ spec }) => (spec.template.spec.affinity = { nodeAffinity: {} }),
    ({ spec }) =>
      Object.assign(spec.template.spec.containers[0] ?? {}, { resources: { requests: { cpu: '2' } } }),
  ]
  const plain = stored<Full>(job, sound())
  check(plain, [
    [set({ parallelism: 3, backoffLimit: 1, suspend: true, activeDeadlineSeconds: 5 })],
    [set({ completions: 2 }), `spec.completions: Invalid value: 2: ${immutable}`],
    [set({ completionMode: 'Indexed' }), `spec.completionMode: Invalid value: "Indexed": ${immutable}`],
    [set({ managedBy: 'a.io/b' }), `spec.managedBy: Invalid value: "a.io/b": ${immutable}`],
    [
      set({ podFailurePolicy: { rules: [] }, podReplacementPolicy: 'Failed' }),
      `spec.podFailurePolicy: Invalid value: {"Rules":[]}: ${immutable}`,
    ],
    [image, /^spec\.template: Invalid value: \{"labels":.*"Spec":\{.*: field is immutable$/],
    ...free.map((change): [typeof change, RegExp] => [change, /^spec\.template: .*: field is immutable$/]),
  ])
  const waiting = indexed()
  waiting.spec.suspend = true
  const open = stored<Full>(job, waiting)
  check(open, [
    ...free.map((change): [typeof change] => [change]),
    [image, /^spec\.template: Invalid value: .*: field is immutable$/],
    [set({ completions: 6, parallelism: 6 })],
    [
      set({ completions: 6 }),
      'spec.completions: Invalid value: 6: can only be modified in tandem with spec.parallelism',
    ],
    [set({ backoffLimitPerIndex: 1 }), `spec.backoffLimitPerIndex: Invalid value: 1: ${immutable}`],
    [
      set({ successPolicy: { rules: [{ succeededCount: 1 }] } }),
      /^spec\.successPolicy: Invalid value: .*: field is immutable$/,
    ],
  ])
  const busy = { ...open, status: { active: 1 } }
  check(busy, [[free[0] as (object: Full) => unknown, /^spec\.template: .*: field is immutable$/]])
  const started = { ...open, status: { startTime: '2026-01-01T00:00:00Z' } }
  check(started, [[free[0] as (object: Full) => unknown, /^spec\.template: .*: field is immutable$/]])
  const paused = {
    ...open,
    status: { ...started.status, conditions: [{ type: 'Suspended', status: 'True' }] },
  }
  check(paused, [[free[0] as (object: Full) => unknown]])
})

test('rows and warnings of a job', () => {
  const names = ['Status', 'Completions', 'Duration', 'Selector']
  const now = Date.parse('2026-01-01T00:01:00Z')
  const row = (object: Partial<Job>) =>
    names.map((name) => job.cells[name]?.({ metadata: {}, ...object }, now))
  const template = { metadata: {} }
  const startTime = '2026-01-01T00:00:00Z'
  const condition = (...types: string[]) => types.map((type) => ({ type, status: 'True' }))
  assert.deepEqual(row({}), ['Running', '0/1', '', '<none>'])
  assert.deepEqual(row({ spec: { template, completions: 3 }, status: { succeeded: 2, startTime } }), [
    'Running',
    '2/3',
    '60s',
    '<none>',
  ])
  const ended = {
    startTime,
    completionTime: '2026-01-01T00:00:10Z',
    conditions: condition('Suspended', 'Complete'),
  }
  assert.deepEqual(row({ spec: { template, parallelism: 4 }, status: ended }), [
    'Complete',
    '0/1 of 4',
    '10s',
    '<none>',
  ])
  assert.equal(
    row({ metadata: { deletionTimestamp: startTime }, status: { conditions: condition('Suspended') } })[0],
    'Terminating',
  )
  assert.equal(row({ status: { conditions: condition('FailureTarget', 'Failed') } })[0], 'Failed')
  assert.equal(row({ status: { conditions: condition('FailureTarget') } })[0], 'FailureTarget')
  assert.equal(job.selectable['status.successful']?.({ metadata: {} }), '0')
  const large = indexed()
  Object.assign(large.spec, { completions: 100_001, parallelism: 10_001 })
  assert.match(
    [...(job.rules.warnings?.(read(job, large)) ?? [])].join(),
    /^spec: In Indexed Jobs with a number of completions higher than 10\^5/,
  )
})
