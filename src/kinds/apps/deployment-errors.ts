import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { countErrors } from '../count-errors.ts'
import type { RuleContext } from '../define.ts'
import type {
  Deployment,
  DeploymentSpec,
  DeploymentStrategy,
  RollingUpdateDeployment,
} from '../gen/apps-v1.ts'
import { intOrPercentErrors, isNothing, moreThanAllErrors } from '../int-or-percent.ts'
import { internalForm } from '../internal-form.ts'
import { replicaErrors } from './replica-errors.ts'
import { moreThanErrors } from './status-errors.ts'

const strategyPath = 'spec.strategy'
const strategies = ['Recreate', 'RollingUpdate']

function* rollingErrors(update: RollingUpdateDeployment): Iterable<FieldError> {
  const { maxUnavailable = 0, maxSurge = 0 } = update
  const path = `${strategyPath}.rollingUpdate`
  yield* intOrPercentErrors(maxUnavailable, `${path}.maxUnavailable`)
  yield* intOrPercentErrors(maxSurge, `${path}.maxSurge`)
  if (isNothing(maxUnavailable) && isNothing(maxSurge)) {
    yield invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')
  }
  yield* moreThanAllErrors(maxUnavailable, `${path}.maxUnavailable`)
}

function* strategyErrors(strategy: DeploymentStrategy): Iterable<FieldError> {
  const { type, rollingUpdate } = strategy
  const path = `${strategyPath}.rollingUpdate`
  if (type === 'Recreate') {
    if (rollingUpdate) yield fieldForbidden(path, "may not be specified when strategy `type` is 'Recreate'")
  } else if (type === 'RollingUpdate') {
    if (!rollingUpdate) yield required(path, 'this should be defaulted and never be nil')
    else yield* rollingErrors(rollingUpdate)
  } else {
    const shown = internalForm('io.k8s.api.apps.v1.DeploymentStrategy', strategy)
    yield notSupported(strategyPath, shown, strategies)
  }
}

/** Everything wrong with what a Deployment asks for. */
export function* deploymentErrors(spec: DeploymentSpec, context: RuleContext): Iterable<FieldError> {
  yield* countErrors(spec, ['replicas'], 'spec')
  yield* replicaErrors(spec, context)
  yield* strategyErrors(spec.strategy ?? {})
  yield* countErrors(spec, ['minReadySeconds', 'revisionHistoryLimit'], 'spec')
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec
  if (deadline === undefined) return
  yield* countErrors(spec, ['progressDeadlineSeconds'], 'spec')
  if (deadline <= minReadySeconds) {
    yield invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')
  }
}

const counts = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const

/** Everything wrong with the status of a Deployment. */
export function* deploymentStatusErrors({ status = {} }: Deployment): Iterable<FieldError> {
  yield* countErrors(status, counts, 'status')
  const parts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const
  yield* moreThanErrors(status, parts, 'replicas', 'status.replicas')
  yield* moreThanErrors(status, ['availableReplicas'], 'readyReplicas', 'readyReplicas')
}
