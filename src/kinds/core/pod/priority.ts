import type { AdmissionRule } from '../../define.ts'
import type { Pod } from '../../gen/core-v1.ts'
import { defaultPriorityClass, priorityClassNamed } from '../../scheduling/priority-classes.ts'

const notToSay = (what: string, said: string | number, computed: string | number) =>
  `the ${what} (${said}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`

/** How much a pod matters follows from its priority class. */
export const podPriority: AdmissionRule<Pod> = {
  plugin: 'Priority',
  complete({ spec }, others) {
    if (!spec) return undefined
    const { priorityClassName: name = '', priority, preemptionPolicy } = spec
    const found = name === '' ? defaultPriorityClass(others) : priorityClassNamed(others, name)
    if (name !== '' && !found) return `no PriorityClass with name ${name} was found`
    const value = found?.value ?? 0
    const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority'
    if (priority !== undefined && priority !== value) {
      return notToSay('integer value of priority', priority, value)
    }
    if (preemptionPolicy !== undefined && preemptionPolicy !== policy) {
      return notToSay('string value of PreemptionPolicy', preemptionPolicy, policy)
    }
    if (found?.metadata.name !== undefined) spec.priorityClassName = found.metadata.name
    spec.priority = value
    spec.preemptionPolicy = policy
    return undefined
  },
}
