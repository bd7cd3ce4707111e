import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { equal } from '#schema/equal'
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../gen/flowcontrol-v1.ts'
import { internalForm } from '../internal-form.ts'
import { mandatoryLevels } from './mandatory.ts'
import { entropyBitsMax, requiredEntropyBits } from './shuffle-entropy.ts'

const queuesMax = 10_000_000
const types = ['Exempt', 'Limited']
const responses = ['Queue', 'Reject']
const notNegative = 'must be a non-negative integer'

function handFault(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive'
  if (handSize > queues) return `should not be greater than queues (${queues})`
  if (requiredEntropyBits(queues, handSize) <= entropyBitsMax) return undefined
  return `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${entropyBitsMax}`
}

function* queuingErrors(queuing: QueuingConfiguration, path: string): Iterable<FieldError> {
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing
  if (queueLengthLimit <= 0) yield invalid(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive')
  if (queues <= 0) yield invalid(`${path}.queues`, queues, 'must be positive')
  else if (queues > queuesMax)
    yield invalid(`${path}.queues`, queues, `must not be greater than ${queuesMax}`)
  const fault = handFault(queues, handSize)
  if (fault !== undefined) yield invalid(`${path}.handSize`, handSize, fault)
}

function* responseErrors({ type, queuing }: LimitResponse, path: string): Iterable<FieldError> {
  const at = `${path}.queuing`
  if (type === 'Reject') {
    if (queuing) yield fieldForbidden(at, 'must be nil if limited.limitResponse.type is not Limited')
  } else if (type === 'Queue') {
    if (queuing) yield* queuingErrors(queuing, at)
    else yield required(at, 'must not be empty if limited.limitResponse.type is Limited')
  } else if (type === '') yield required(`${path}.type`)
  else yield notSupported(`${path}.type`, type, responses)
}

/** Faults of what levels of both types have: shares, and how much of them may be lent. */
function* shareErrors(level: ExemptPriorityLevelConfiguration, path: string): Iterable<FieldError> {
  const { nominalConcurrencyShares: shares = 0 } = level
  if (shares < 0) yield invalid(`${path}.nominalConcurrencyShares`, shares, notNegative)
}

function* lendErrors({ lendablePercent: percent = 0 }: ExemptPriorityLevelConfiguration, path: string) {
  if (percent >= 0 && percent <= 100) return
  yield invalid(`${path}.lendablePercent`, percent, 'must be between 0 and 100, inclusive')
}

function* limitedErrors(level: LimitedPriorityLevelConfiguration): Iterable<FieldError> {
  const path = 'spec.limited'
  yield* shareErrors(level, path)
  yield* responseErrors(level.limitResponse ?? { type: '' }, `${path}.limitResponse`)
  yield* lendErrors(level, path)
  const { borrowingLimitPercent: percent = 0 } = level
  if (percent < 0) yield invalid(`${path}.borrowingLimitPercent`, percent, `if specified, ${notNegative}`)
}

function* typeErrors({ type, limited, exempt }: PriorityLevelConfigurationSpec): Iterable<FieldError> {
  if (type === 'Exempt') {
    if (limited) yield fieldForbidden('spec.limited', 'must be nil if the type is not Limited')
    if (!exempt) return
    yield* shareErrors(exempt, 'spec.exempt')
    yield* lendErrors(exempt, 'spec.exempt')
  } else if (type === 'Limited') {
    if (exempt) yield fieldForbidden('spec.exempt', 'must be nil if the type is Limited')
    if (limited) yield* limitedErrors(limited)
    else yield required('spec.limited', 'must not be empty when type is Limited')
  } else if (type === '') yield required('spec.type')
  else yield notSupported('spec.type', type, types)
}

function* mandatoryErrors(name: string, spec: PriorityLevelConfigurationSpec): Iterable<FieldError> {
  const fixed = mandatoryLevels[name]
  const isFree = fixed?.type === 'Exempt'
  if (!fixed || equal(isFree ? { ...spec, exempt: undefined } : spec, fixed)) return
  const shown = internalForm('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec', spec)
  const except = isFree ? " except the 'spec.exempt' field" : ''
  yield invalid('spec', shown, `spec of '${name}'${except} must equal the fixed value`)
}

/** Everything wrong with a priority level. */
export function* priorityLevelErrors(
  name: string,
  spec: PriorityLevelConfigurationSpec,
): Iterable<FieldError> {
  if ((name === 'exempt') !== (spec.type === 'Exempt')) {
    yield invalid('spec.type', spec.type, "must be 'Exempt' if and only if `name` is 'exempt'")
  }
  yield* typeErrors(spec)
  yield* mandatoryErrors(name, spec)
}
