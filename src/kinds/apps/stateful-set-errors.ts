import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import { dnsLabelFaults } from '#schema/name-rules'
import { claimSpecErrors } from '../core/claim-spec.ts'
import { templateErrors } from '../core/pod/template.ts'
import { countErrors } from '../count-errors.ts'
import type { RuleContext } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type {
  RollingUpdateStatefulSetStrategy,
  StatefulSetSpec,
  StatefulSetStatus,
  StatefulSetUpdateStrategy,
} from '../gen/apps-v1.ts'
import type { PodTemplateSpec } from '../gen/core-v1.ts'
import { intOrPercentErrors, isNothing, moreThanAllErrors } from '../int-or-percent.ts'
import { internalForm } from '../internal-form.ts'
import { moreThanErrors } from './status-errors.ts'
import { endlessErrors, selectedTemplateErrors } from './template-errors.ts'

const texts = { empty: 'empty selector is invalid for statefulset', unreadable: '' }
const strategyPath = 'spec.updateStrategy'

function* managementErrors({ podManagementPolicy: policy = '' }: StatefulSetSpec): Iterable<FieldError> {
  const path = 'spec.podManagementPolicy'
  if (policy === '') yield required(path)
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    yield invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")
  }
}

function* rollingErrors(update: RollingUpdateStatefulSetStrategy): Iterable<FieldError> {
  const path = `${strategyPath}.rollingUpdate`
  yield* countErrors(update, ['partition'], path)
  const { maxUnavailable } = update
  if (maxUnavailable === undefined) return
  yield* intOrPercentErrors(maxUnavailable, `${path}.maxUnavailable`)
  if (isNothing(maxUnavailable)) yield invalid(`${path}.maxUnavailable`, maxUnavailable, 'cannot be 0')
  yield* moreThanAllErrors(maxUnavailable, `${path}.maxUnavailable`)
}

function* strategyErrors(strategy: StatefulSetUpdateStrategy): Iterable<FieldError> {
  const { type = '', rollingUpdate } = strategy
  const shown = (name: string, value: object) => internalForm(`io.k8s.api.apps.v1.${name}`, value)
  if (type === '') yield required(strategyPath)
  else if (type === 'RollingUpdate') {
    if (rollingUpdate) yield* rollingErrors(rollingUpdate)
  } else if (type !== 'OnDelete') {
    const value = shown('StatefulSetUpdateStrategy', strategy)
    yield invalid(strategyPath, value, "must be 'RollingUpdate' or 'OnDelete'")
  } else if (rollingUpdate) {
    const value = shown('RollingUpdateStatefulSetStrategy', rollingUpdate)
    yield invalid(`${strategyPath}.rollingUpdate`, value, "only allowed for updateStrategy 'RollingUpdate'")
  }
}

function* retentionErrors(spec: StatefulSetSpec): Iterable<FieldError> {
  const { persistentVolumeClaimRetentionPolicy: policy } = spec
  if (!policy) return
  for (const name of ['whenDeleted', 'whenScaled'] as const) {
    const value = policy[name] ?? ''
    const path = `spec.persistentVolumeClaimRetentionPolicy.${name}`
    if (value !== 'Retain' && value !== 'Delete') yield notSupported(path, value, ['Retain', 'Delete'])
  }
}

/** The template as its pods come to be: with a volume for each claim that they get. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const full = copy(template)
  const spec = (full.spec ??= { containers: [] })
  const names = volumeClaimTemplates.map(({ metadata }) => metadata.name ?? '')
  const others = (spec.volumes ?? []).filter(({ name }) => !names.includes(name))
  const claimed = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }))
  spec.volumes = [...others, ...claimed]
  return full
}

function* ownErrors(spec: StatefulSetSpec): Iterable<FieldError> {
  yield* managementErrors(spec)
  yield* strategyErrors(spec.updateStrategy ?? {})
  yield* retentionErrors(spec)
  yield* countErrors(spec, ['replicas', 'minReadySeconds'], 'spec')
  yield* countErrors(spec.ordinals ?? {}, ['start'], 'spec.ordinals')
}

function* specErrors(spec: StatefulSetSpec, own: Iterable<FieldError>): Iterable<FieldError> {
  yield* ownErrors(spec)
  yield* selectedTemplateErrors(spec, texts, own)
  yield* endlessErrors(spec.template, 'StatefulSet')
}

/** Everything wrong with what a StatefulSet asks for, except where older servers have taken what is refused now. */
export const statefulSetErrors = (spec: StatefulSetSpec): Iterable<FieldError> => specErrors(spec, [])

/** Everything wrong with what a new StatefulSet asks for. */
export function* newStatefulSetErrors(spec: StatefulSetSpec, context: RuleContext): Iterable<FieldError> {
  const { serviceName = '' } = spec
  if (serviceName !== '') yield* eachFault('spec.serviceName', serviceName, dnsLabelFaults(serviceName))
  yield* specErrors(spec, templateErrors(withClaims(spec), 'spec.template', context))
  for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries()) {
    yield* claimSpecErrors(claim.spec ?? {}, `spec.volumeClaimTemplates[${i}].spec`)
  }
}

/** Everything wrong with a change: a template that was sound must stay so, and much is fixed. */
export function* statefulSetChangeErrors(
  next: StatefulSetSpec,
  old: StatefulSetSpec,
  context: RuleContext,
): Iterable<FieldError> {
  const wasSound = [...newStatefulSetErrors({ ...old, serviceName: '' }, context)].length === 0
  if (wasSound) yield* templateErrors(withClaims(next), 'spec.template', context)
  if (!equal(fixedPart(next), fixedPart(old))) {
    const text =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    yield fieldForbidden('spec', text)
  }
}

const fixedPart = ({
  selector,
  volumeClaimTemplates,
  serviceName,
  podManagementPolicy,
}: StatefulSetSpec) => ({
  selector,
  volumeClaimTemplates,
  serviceName: serviceName ?? '',
  podManagementPolicy,
})

const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const

/** Everything wrong with the status of a StatefulSet. */
export function* statefulSetStatusErrors(status: Partial<StatefulSetStatus> = {}): Iterable<FieldError> {
  yield* countErrors(status, ['replicas', ...parts, 'observedGeneration', 'collisionCount'], 'status')
  yield* moreThanErrors(status, parts, 'replicas', 'status.replicas')
  yield* moreThanErrors(status, ['availableReplicas'], 'readyReplicas', 'status.readyReplicas')
}
