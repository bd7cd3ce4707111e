import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type { CronJob, CronJobSpec, JobSpec } from '../gen/batch-v1.ts'
import type { PodSpec } from '../gen/core-v1.ts'
import { cronJob } from './cron-job.ts'

interface Full extends CronJob {
  spec: CronJobSpec & { jobTemplate: { spec: JobSpec & { template: { spec: PodSpec } } } }
}

const sound = (): Full => ({
  metadata: { name: 'nightly', namespace: 'default' },
  spec: {
    schedule: '0 3 * * *',
    jobTemplate: {
      metadata: {},
      spec: {
        template: {
          metadata: {},
          spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a', resources: {} }] },
        },
      },
    },
  },
})
const notNegative = 'must be greater than or equal to 0'
const set = (fields: Partial<CronJobSpec>) => (object: Full) => Object.assign(object.spec, fields)
const useField = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
const at = 'spec.jobTemplate.spec'

test('what a cron job asks for', () => {
  const long = 'a'.repeat(53)
  refuses(cronJob, sound, [
    [
      ({ metadata }) => (metadata.name = long),
      `metadata.name: Invalid value: "${long}": must be no more than 52 characters`,
    ],
    [set({ schedule: '' }), 'spec.schedule: Required value'],
    [
      set({ schedule: '* * *' }),
      'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
    ],
    [set({ startingDeadlineSeconds: -1 }), `spec.startingDeadlineSeconds: Invalid value: -1: ${notNegative}`],
    [
      set({ concurrencyPolicy: 'x' }),
      'spec.concurrencyPolicy: Unsupported value: "x": supported values: "Allow", "Forbid", "Replace"',
    ],
    [
      set({ successfulJobsHistoryLimit: -1 }),
      `spec.successfulJobsHistoryLimit: Invalid value: -1: ${notNegative}`,
    ],
    [set({ failedJobsHistoryLimit: -1 }), `spec.failedJobsHistoryLimit: Invalid value: -1: ${notNegative}`],
    [
      ({ spec }) => (spec.jobTemplate.spec.selector = { matchLabels: { a: 'b' } }),
      `${at}.selector: Invalid value: {"matchLabels":{"a":"b"}}: \`selector\` will be auto-generated`,
    ],
    [
      ({ spec }) => (spec.jobTemplate.spec.manualSelector = true),
      `${at}.manualSelector: Unsupported value: true: supported values: "nil", "false"`,
    ],
    [
      ({ spec }) => (spec.jobTemplate.spec.template.spec.restartPolicy = 'Always'),
      `${at}.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`,
    ],
    [
      ({ spec }) => (spec.jobTemplate.spec.backoffLimit = -1),
      `${at}.backoffLimit: Invalid value: -1: ${notNegative}`,
    ],
    [
      ({ spec }) => (spec.jobTemplate.spec.template.spec.containers = []),
      `${at}.template.spec.containers: Required value`,
    ],
  ])
})

test('time zones of a cron job', () => {
  const zone = (timeZone: string, ...faults: string[]) =>
    [
      set({ timeZone }),
      ...faults.map((fault) => `spec.timeZone: Invalid value: ${JSON.stringify(timeZone)}: ${fault}`),
    ] as const
  refuses(cronJob, sound, [
    zone('', 'timeZone must be nil or non-empty string'),
    zone('Europe/Berlin'),
    zone('Etc/GMT+5'),
    zone('UTC'),
    zone('Asia/Kolkata'),
    zone('US/Pacific'),
    zone('Mars/Base', 'unknown time zone Mars/Base'),
    zone('europe/berlin', 'unknown time zone europe/berlin'),
    zone('Europe/../Berlin', 'unknown time zone Europe/../Berlin'),
    zone('Europe/-Berlin', 'unknown time zone Europe/-Berlin'),
    zone('+0100', 'unknown time zone +0100'),
    zone('Local', 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    zone(
      'local',
      'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      'unknown time zone local',
    ),
    [set({ schedule: 'TZ=UTC 0 * * * *' }), `spec.schedule: Invalid value: "TZ=UTC 0 * * * *": ${useField}`],
    [
      set({ schedule: 'CRON_TZ=No/Where 0 * * * *' }),
      'spec.schedule: Invalid value: "CRON_TZ=No/Where 0 * * * *": provided bad location No/Where: unknown time zone No/Where',
      `spec.schedule: Invalid value: "CRON_TZ=No/Where 0 * * * *": ${useField}`,
    ],
  ])
})

test('what an older server took may stay', () => {
  const old = stored<Full>(cronJob, sound())
  old.spec.schedule = 'TZ=UTC 0 * * * *'
  const faults = (change: (object: Full) => unknown) =>
    write<Full>(cronJob, old, (next) => void change(next)).faults
  told(faults(set({ suspend: true })), [], 'the zone stays')
  told(
    faults(set({ timeZone: 'UTC' })),
    [
      'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule',
    ],
    'two zones',
  )
  const zoned = stored<Full>(cronJob, sound())
  zoned.spec.timeZone = 'Mars/Base'
  told(write<Full>(cronJob, zoned, set({ suspend: true })).faults, [], 'an unknown zone stays')
  const long = stored<Full>(cronJob, sound())
  long.metadata.name = 'a'.repeat(60)
  told(write<Full>(cronJob, long, set({ suspend: true })).faults, [], 'a long name stays')
  assert.match(
    [...(cronJob.rules.warnings?.(old, old) ?? [])].join(),
    /^cannot use TZ or CRON_TZ in spec\.schedule/,
  )
})

test('rows, warnings and the generation of a cron job', () => {
  const names = [
    'Schedule',
    'Timezone',
    'Suspend',
    'Active',
    'Last Schedule',
    'Containers',
    'Images',
    'Selector',
  ]
  const object = stored<Full>(cronJob, sound())
  const now = Date.parse('2026-01-01T00:01:00Z')
  const row = () => names.map((name) => cronJob.cells[name]?.(object, now))
  assert.deepEqual(row(), ['0 3 * * *', '<none>', 'False', 0, '<none>', 'a', 'a', '<none>'])
  Object.assign(object.spec, { suspend: true, timeZone: 'UTC' })
  object.status = { active: [{}], lastScheduleTime: '2026-01-01T00:00:00Z' }
  assert.deepEqual(row().slice(1, 5), ['UTC', 'True', 1, '60s'])
  delete object.spec.suspend
  assert.equal(row()[2], '<unset>')
  const named = read<Full>(cronJob, sound())
  named.metadata.name = 'a.b'
  named.spec.jobTemplate.spec.template.spec.nodeSelector = { 'beta.kubernetes.io/os': 'linux' }
  const texts = [...(cronJob.rules.warnings?.(named) ?? [])]
  assert.equal(texts.length, 2)
  assert.match(texts[1] ?? '', /^spec\.jobTemplate\.spec\.template\.spec\.nodeSelector\[beta/)
  assert.equal(write<Full>(cronJob, object, set({ schedule: '@daily' })).object.metadata.generation, 2)
})
