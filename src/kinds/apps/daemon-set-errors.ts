import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { templateErrors } from '../core/pod/template.ts'
import { countErrors } from '../count-errors.ts'
import type { RuleContext } from '../define.ts'
import type {
  DaemonSetSpec,
  DaemonSetStatus,
  DaemonSetUpdateStrategy,
  RollingUpdateDaemonSet,
} from '../gen/apps-v1.ts'
import { intOrPercentErrors, isNothing, moreThanAllErrors } from '../int-or-percent.ts'
import { internalForm } from '../internal-form.ts'
import { selectorErrors } from '../selector-errors.ts'
import { conditionsOf, endlessErrors, isEmptySelector, mismatchErrors } from './template-errors.ts'

const strategyPath = 'spec.updateStrategy'

function* rollingErrors({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet): Iterable<FieldError> {
  const path = `${strategyPath}.rollingUpdate`
  const amounts = [
    [maxUnavailable, `${path}.maxUnavailable`],
    [maxSurge, `${path}.maxSurge`],
  ] as const
  for (const [amount, at] of amounts) yield* intOrPercentErrors(amount, at)
  for (const [amount, at] of amounts) yield* moreThanAllErrors(amount, at)
  const has = [!isNothing(maxUnavailable), !isNothing(maxSurge)]
  if (has[0] && has[1]) {
    yield invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')
  } else if (!has[0] && !has[1]) {
    yield required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')
  }
}

function* strategyErrors(strategy: DaemonSetUpdateStrategy): Iterable<FieldError> {
  const { type, rollingUpdate } = strategy
  if (type === 'OnDelete') return
  if (type !== 'RollingUpdate') {
    const shown = internalForm('io.k8s.api.apps.v1.DaemonSetUpdateStrategy', strategy)
    yield notSupported(strategyPath, shown, ['RollingUpdate', 'OnDelete'])
  } else if (!rollingUpdate) yield required(`${strategyPath}.rollingUpdate`)
  else yield* rollingErrors(rollingUpdate)
}

/** Everything wrong with what a DaemonSet asks for. */
export function* daemonSetErrors(spec: DaemonSetSpec, context: RuleContext): Iterable<FieldError> {
  const { selector, template } = spec
  yield* selectorErrors(selector, 'spec.selector')
  const conditions = conditionsOf(selector)
  if (conditions !== false) yield* mismatchErrors(conditions, template)
  // A selector that is not sent is none, and told so above.
  const sent = selector as typeof selector | undefined
  if (sent && isEmptySelector(sent)) {
    yield invalid('spec.selector', sent, 'empty selector is invalid for daemonset')
  }
  yield* templateErrors(template, 'spec.template', context)
  yield* endlessErrors(template, 'DaemonSet')
  yield* countErrors(spec, ['minReadySeconds'], 'spec')
  yield* strategyErrors(spec.updateStrategy ?? {})
  yield* countErrors(spec, ['revisionHistoryLimit'], 'spec')
}

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const

/** Everything wrong with the status of a DaemonSet. */
export const daemonSetStatusErrors = (status: Partial<DaemonSetStatus> = {}): Iterable<FieldError> =>
  countErrors(status, counts, 'status')
