import { test } from 'node:test'
import { stored, told, write } from '#testkit/kind-check'
import type { Job, JobSpec, JobStatus } from '../gen/batch-v1.ts'
import { job } from './job.ts'

const started = '2026-01-01T00:00:00Z'
const ended = '2026-01-01T00:10:00Z'
const conditions = (...types: string[]) => types.map((type) => ({ type, status: 'True' }))

function jobWith(spec: Partial<JobSpec>, status: JobStatus): Job {
  const object = stored<Job>(job, {
    metadata: { name: 'sum', namespace: 'default', uid: 'u' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } },
      ...spec,
    },
  })
  return { ...object, status }
}

/** A new status, and all that its write is refused for. */
type Row = readonly [JobStatus, ...(string | RegExp)[]]

function check(old: Job, rows: readonly Row[]): void {
  for (const [status, ...expected] of rows) {
    const { faults } = write<Job>(job, old, (next) => void (next.status = status), 'status')
    told(faults, expected, JSON.stringify(status))
  }
}

const at = 'status.conditions: Invalid value:'
const whole: JobStatus = {
  startTime: started,
  completionTime: ended,
  conditions: conditions('SuccessCriteriaMet', 'Complete'),
}

test('counts of a running job', () => {
  const notNegative = 'must be greater than or equal to 0'
  check(jobWith({}, {}), [
    [{}],
    [{ active: 2, ready: 1, succeeded: 1, failed: 1, terminating: 1 }],
    [{ active: -1 }, `status.active: Invalid value: -1: ${notNegative}`],
    [
      { succeeded: -1 },
      /^status\.succeeded: Invalid value: -1: must be greater/,
      /cannot decrease the succeeded counter$/,
    ],
    [
      { failed: -1 },
      /^status\.failed: Invalid value: -1: must be greater/,
      /cannot decrease the failed counter$/,
    ],
    [{ terminating: -1 }, `status.terminating: Invalid value: -1: ${notNegative}`],
    [{ active: 1, ready: 2 }, 'status.ready: Invalid value: 2: cannot set more ready pods than active'],
    [
      { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] } },
      'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
    ],
  ])
})

test('the end of a job', () => {
  check(jobWith({}, { startTime: started }), [
    [whole],
    [
      { ...whole, conditions: conditions('Complete') },
      `${at} cannot set Complete=True condition without the SuccessCriteriaMet=true condition`,
    ],
    [
      { startTime: started, conditions: conditions('Failed') },
      `${at} cannot set Failed=True condition without the FailureTarget=true condition`,
    ],
    [{ startTime: started, conditions: conditions('FailureTarget', 'Failed') }],
    [
      { ...whole, conditions: conditions('SuccessCriteriaMet', 'Complete', 'FailureTarget') },
      `${at} cannot set Complete=True and FailureTarget=true conditions`,
      `${at} cannot set SuccessCriteriaMet=True and FailureTarget=true conditions`,
    ],
    [
      { ...whole, conditions: conditions('SuccessCriteriaMet', 'Complete', 'FailureTarget', 'Failed') },
      `${at} cannot set Complete=True and Failed=true conditions`,
      `${at} cannot set Complete=True and FailureTarget=true conditions`,
      `${at} cannot set SuccessCriteriaMet=True and Failed=true conditions`,
      `${at} cannot set SuccessCriteriaMet=True and FailureTarget=true conditions`,
    ],
    [
      { startTime: started, completionTime: ended },
      `status.completionTime: Invalid value: "${ended}": cannot set completionTime when there is no Complete=True condition`,
    ],
    [
      { startTime: started, conditions: whole.conditions as object[] as JobStatus['conditions'] & object },
      'status.completionTime: Required value: completionTime is required for Complete jobs',
    ],
    [
      { ...whole, completionTime: '2025-12-31T00:00:00Z' },
      'status.completionTime: Invalid value: "2025-12-31T00:00:00Z": completionTime cannot be set before startTime',
    ],
    [{ ...whole, active: 1 }, 'status.active: Invalid value: 1: active>0 is invalid for finished job'],
    [
      { ...whole, terminating: 1 },
      'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
    ],
    [
      { ...whole, uncountedTerminatedPods: { failed: ['a'] } },
      'status.uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["a"]}: uncountedTerminatedPods needs to be empty for finished job',
    ],
  ])
  const { startTime: _startTime, ...unstarted } = whole
  check(jobWith({}, {}), [
    [unstarted, 'status.startTime: Required value: startTime is required for finished job'],
  ])
})

test('the indexes of a job', () => {
  const completed = 'status.completedIndexes: Invalid value:'
  const failed = 'status.failedIndexes: Invalid value:'
  check(jobWith({}, {}), [
    [
      { completedIndexes: '0' },
      `${completed} "0": cannot set non-empty completedIndexes when non-indexed completion mode`,
    ],
    [
      { failedIndexes: '0' },
      `${failed} "0": cannot set non-null failedIndexes when backoffLimitPerIndex is null`,
    ],
  ])
  check(jobWith({ completionMode: 'Indexed', completions: 5, backoffLimitPerIndex: 1 }, {}), [
    [{ completedIndexes: '0-2,4', failedIndexes: '3' }],
    [{ completedIndexes: '5' }, `${completed} "5": error parsing completedIndexes: too large index: "5"`],
    [
      { failedIndexes: 'x' },
      `${failed} "x": error parsing failedIndexes: cannot convert string to integer for index: "x"`,
    ],
    [
      { completedIndexes: '0-2', failedIndexes: '2-3' },
      `${failed} "2-3": failedIndexes and completedIndexes overlap at index: 2`,
    ],
  ])
})

test('what has happened is not taken back', () => {
  check(jobWith({}, { ...whole, succeeded: 1, failed: 2 }), [
    [
      {
        startTime: started,
        completionTime: ended,
        succeeded: 1,
        failed: 2,
        conditions: conditions('SuccessCriteriaMet'),
      },
      `status.completionTime: Invalid value: "${ended}": cannot set completionTime when there is no Complete=True condition`,
      `${at} cannot disable the terminal Complete=True condition`,
    ],
    [
      { ...whole, failed: 1 },
      'status.failed: Invalid value: 1: cannot decrease the failed counter',
      'status.succeeded: Invalid value: 0: cannot decrease the succeeded counter',
    ],
    [
      { ...whole, succeeded: 1, failed: 2, completionTime: '2026-01-02T00:00:00Z' },
      'status.completionTime: Invalid value: "2026-01-02T00:00:00Z": completionTime cannot be mutated',
    ],
    [
      { ...whole, succeeded: 1, failed: 2, conditions: conditions('Complete') },
      `${at} cannot disable the SuccessCriteriaMet=True condition`,
    ],
  ])
  check(jobWith({}, { startTime: started }), [
    [{}, 'status.startTime: Required value: startTime cannot be removed for unsuspended job'],
  ])
  check(jobWith({ suspend: true }, { startTime: started }), [[{}]])
  check(jobWith({}, { ...whole, conditions: conditions('Complete') }), [
    [whole, `${at} cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions`],
  ])
  const elastic = jobWith({ completionMode: 'Indexed', completions: 2, parallelism: 2 }, { succeeded: 2 })
  check(elastic, [[{ succeeded: 1 }]])
  const enough = {
    completionMode: 'Indexed',
    completions: 2,
    successPolicy: { rules: [{ succeededCount: 1 }] },
  }
  check(jobWith(enough, { startTime: started }), [
    [
      { ...whole, conditions: conditions('Complete') },
      `${at} cannot set Complete=True condition without the SuccessCriteriaMet=true condition`,
      `${at} cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True`,
    ],
  ])
})
