import { test } from 'node:test'
import { refuses } from '#testkit/kind-check'
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

test('how a job takes failures', () => {
  const at = 'spec.podFailurePolicy.rules'
  const rule = (rule: object) => set({ podFailurePolicy: { rules: [{ action: 'FailJob', ...rule }] } })
  const codes = (codes: object) => rule({ onExitCodes: { operator: 'In', values: [1], ...codes } })
  const conditions = (...onPodConditions: object[]) => rule({ onPodConditions })
  const values = `${at}[0].onExitCodes.values`
  refuses(job, sound, [
    [rule({}), `${at}[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`],
    [
      rule({ onExitCodes: { operator: 'In', values: [1] }, onPodConditions: [{ type: 'A' }] }),
      `${at}[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported`,
    ],
    [
      rule({ action: '', onPodConditions: [{ type: 'A' }] }),
      `${at}[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
    ],
    [
      rule({ action: 'x', onPodConditions: [{ type: 'A' }] }),
      `${at}[0].action: Unsupported value: "x": supported values: "Count", "FailIndex", "FailJob", "Ignore"`,
    ],
    [
      rule({ action: 'FailIndex', onPodConditions: [{ type: 'A' }] }),
      `${at}[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
    ],
    [codes({ operator: '' }), `${at}[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]`],
    [
      codes({ operator: 'x' }),
      `${at}[0].onExitCodes.operator: Unsupported value: "x": supported values: "In", "NotIn"`,
    ],
    [
      codes({ containerName: 'b' }),
      `${at}[0].onExitCodes.containerName: Invalid value: "b": must be one of the container or initContainer names in the pod template`,
    ],
    [codes({ values: [] }), `${values}: Invalid value: []: at least one value is required`],
    [codes({ values: [0] }), `${values}[0]: Invalid value: 0: must not be 0 for the In operator`],
    [codes({ values: [11, 11] }), `${values}[1]: Duplicate value: 11`],
    [codes({ values: [19, 11] }), `${values}: Invalid value: [19,11]: must be ordered`],
    [
      codes({ values: Array.from({ length: 256 }, (_, i) => i + 1) }),
      `${values}: Too many: 256: must have at most 255 items`,
    ],
    [codes({ operator: 'NotIn', values: [0, 1] })],
    [
      conditions({ type: 'A', status: 'x' }),
      `${at}[0].onPodConditions[0].status: Unsupported value: "x": supported values: "False", "True", "Unknown"`,
    ],
    [
      conditions({ type: '-' }),
      /^spec\.podFailurePolicy\.rules\[0\]\.onPodConditions\[0\]\.type: Invalid value: "-": name part must consist/,
    ],
    [
      conditions(...Array.from({ length: 21 }, (_, i) => ({ type: `A${i}` }))),
      `${at}[0].onPodConditions: Too many: 21: must have at most 20 items`,
    ],
    [
      set({
        podFailurePolicy: {
          rules: Array.from({ length: 21 }, () => ({ action: 'Ignore', onPodConditions: [{ type: 'A' }] })),
        },
      }),
      `${at}: Too many: 21: must have at most 20 items`,
    ],
    [
      (object) => {
        conditions({ type: 'A' })(object)
        object.spec.template.spec.restartPolicy = 'OnFailure'
      },
      'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
    ],
    [
      (object) => {
        conditions({ type: 'A' })(object)
        object.spec.podReplacementPolicy = 'TerminatingOrFailed'
      },
      'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
    ],
    [
      set({ podReplacementPolicy: 'x' }),
      'spec.podReplacementPolicy: Unsupported value: "x": supported values: "Failed", "TerminatingOrFailed"',
    ],
  ])
})

test('when a job has done enough', () => {
  const at = 'spec.successPolicy.rules'
  const rules = (...rules: object[]) => set({ successPolicy: { rules } })
  const wrong = (succeededIndexes: string, fault: string) =>
    [
      rules({ succeededIndexes }),
      `${at}[0].succeededIndexes: Invalid value: ${JSON.stringify(succeededIndexes)}: error parsing succeededIndexes: ${fault}`,
    ] as const
  refuses(job, sound, [
    [
      rules({ succeededCount: 1 }),
      'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode',
    ],
  ])
  refuses(job, indexed, [
    [
      rules(),
      `${at}: Required value: at least one rules must be specified when the successPolicy is specified`,
    ],
    [
      rules({}),
      `${at}[0]: Required value: at least one of succeededCount or succeededIndexes must be specified`,
    ],
    [rules({ succeededCount: -1 }), `${at}[0].succeededCount: Invalid value: -1: ${notNegative}`],
    [
      rules({ succeededCount: 6 }),
      `${at}[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)`,
    ],
    [
      rules({ succeededCount: 4, succeededIndexes: '0-2' }),
      `${at}[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)`,
    ],
    [
      rules(...Array.from({ length: 21 }, () => ({ succeededCount: 5 }))),
      `${at}: Too many: 21: must have at most 20 items`,
    ],
    wrong('invalid-format', 'cannot convert string to integer for index: "invalid"'),
    wrong(
      '0-1-2',
      `the fragment "0-1-2" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ),
    wrong('5', 'too large index: "5"'),
    wrong('3-5', 'too large index: "5"'),
    wrong('3-2', 'non-increasing order, previous: 3, current: 2'),
    wrong('1,1', 'non-increasing order, previous: 1, current: 1'),
    wrong('0-3,2', 'non-increasing order, previous: 3, current: 2'),
    [rules({ succeededIndexes: '0,2-4' })],
  ])
})
