import { type FieldError, fieldForbidden, invalid, notSupported } from '#base/field-error'
import { type AdmissionRule, defineKind, type Rules } from '../define.ts'
import { resources } from '../gen/resources.ts'
import type { PriorityClass as PriorityClassObject } from '../gen/scheduling-v1.ts'
import { isNew } from '../is-new.ts'
import { defaultPriorityClass } from './priority-classes.ts'
import { systemClasses } from './system-classes.ts'

const systemPrefix = 'system-'
const userValueMax = 1_000_000_000
const policies = ['PreemptLowerPriority', 'Never']

/** Why a class is not the system's one of its name, if so. */
function foreignness({ metadata, value, globalDefault }: PriorityClassObject): string | undefined {
  const { name = '' } = metadata
  const known = systemClasses.find((one) => one.name === name)
  if (!known) return `${name} is not a known system priority class`
  if ((value ?? 0) !== known.value) return `value of ${name} PriorityClass must be ${known.value}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

function* classErrors(priority: PriorityClassObject): Iterable<FieldError> {
  const { metadata, value = 0, preemptionPolicy: policy } = priority
  if ((metadata.name ?? '').startsWith(systemPrefix)) {
    const why = foreignness(priority)
    if (why !== undefined) {
      const text = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${why}`
      yield fieldForbidden('metadata.name', text)
    }
  } else if (value > userValueMax) {
    yield fieldForbidden('value', `maximum allowed value of a user defined priority is ${userValueMax}`)
  }
  if (policy !== undefined && !policies.includes(policy)) {
    yield notSupported('preemptionPolicy', policy, policies)
  }
}

const rules: Rules<PriorityClassObject> = {
  prepareCreate({ metadata }) {
    metadata.generation = 1
  },
  *validate(priority) {
    if (isNew(priority)) yield* classErrors(priority)
  },
  *validateUpdate(next, old) {
    if ((next.value ?? 0) !== (old.value ?? 0)) {
      yield fieldForbidden('value', 'may not be changed in an update.')
    }
    if (next.preemptionPolicy !== old.preemptionPolicy) {
      yield invalid('preemptionPolicy', next.preemptionPolicy, 'field is immutable')
    }
  },
}

/** Of all classes one may be the default. */
const onlyDefault: AdmissionRule<PriorityClassObject> = {
  plugin: 'Priority',
  refusal({ metadata, globalDefault }, _old, others) {
    const before = globalDefault ? defaultPriorityClass(others)?.metadata.name : undefined
    if (before === undefined || before === metadata.name) return undefined
    return `PriorityClass ${before} is already marked as default. Only one default can exist`
  },
}

/** PriorityClass: a name for how much pods matter. */
export const priorityClass = defineKind<PriorityClassObject>(
  resources['scheduling.k8s.io/v1/priorityclasses'],
  {
    cells: { 'Global-Default': ({ globalDefault }) => globalDefault ?? false },
    admissionRules: [onlyDefault],
    rules,
    initialObjects: systemClasses.map(({ name, ...rest }) => ({ metadata: { name }, ...rest })),
    undeletable: {
      names: systemClasses.map(({ name }) => name),
      why: 'this is a system priority class and cannot be deleted',
    },
  },
)
