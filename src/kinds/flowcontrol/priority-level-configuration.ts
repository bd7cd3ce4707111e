import { fieldForbidden } from '#base/field-error'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { PriorityLevelConfiguration as LevelObject } from '../gen/flowcontrol-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { flowConditionErrors } from './flow-condition-errors.ts'
import { priorityLevelErrors } from './priority-level-errors.ts'

/** An annotation of an older version, where zero shares had no other way to be told. */
const keptZero = 'flowcontrol.k8s.io/preserve-zero-concurrency-shares'

const rules: Rules<LevelObject> = {
  ...specStatus<LevelObject>({
    newStatus: () => ({}),
    hasGeneration: true,
    keptByStatus: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  }),
  *validate({ metadata, spec = { type: '' }, status }, { subresource }) {
    if (subresource === '') {
      if (metadata.annotations?.[keptZero] !== undefined) {
        yield fieldForbidden('metadata.annotations', `annotation '${keptZero}' is forbidden`)
      }
      yield* priorityLevelErrors(metadata.name ?? '', spec)
    }
    yield* flowConditionErrors(status?.conditions)
  },
}

const queue =
  (name: 'queues' | 'handSize' | 'queueLengthLimit'): Cell<LevelObject> =>
  ({ spec }) => {
    const queuing = spec?.limited?.limitResponse?.queuing
    return queuing ? (queuing[name] ?? 0) : '<none>'
  }

const cells: Record<string, Cell<LevelObject>> = {
  NominalConcurrencyShares: ({ spec }) =>
    spec?.limited ? (spec.limited.nominalConcurrencyShares ?? 0) : '<none>',
  Queues: queue('queues'),
  HandSize: queue('handSize'),
  QueueLengthLimit: queue('queueLengthLimit'),
}

/** PriorityLevelConfiguration: how many requests of one importance are served at the same time. */
export const priorityLevelConfiguration = defineKind<LevelObject>(
  resources['flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations'],
  { cells, rules, notWritten: { status: ['spec', 'metadata'] } },
)
