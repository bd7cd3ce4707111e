import { type FieldError, invalid } from '#base/field-error'
import { validateLabels } from '#schema/label-rules'
import { dnsLabelFaults } from '#schema/name-rules'
import { oldNodeLabels } from '../core/old-node-labels.ts'
import { overheadErrors } from '../core/pod/resources.ts'
import { tolerationErrors } from '../core/pod/scheduling.ts'
import { defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { RuntimeClass as RuntimeClassObject } from '../gen/node-v1.ts'
import { resources } from '../gen/resources.ts'

/** Faults of what a pod would have at `spec`, told where a class has it. */
function* moved(errors: Iterable<FieldError>, from: string, to: string): Iterable<FieldError> {
  for (const error of errors) yield { ...error, path: `${to}${error.path.slice(from.length)}` }
}

const rules: Rules<RuntimeClassObject> = {
  *validate({ handler, overhead, scheduling }) {
    yield* eachFault('handler', handler, dnsLabelFaults(handler))
    if (overhead) yield* moved(overheadErrors(overhead.podFixed ?? {}), 'spec.overhead', 'overhead')
    if (!scheduling) return
    yield* validateLabels(scheduling.nodeSelector, 'scheduling.nodeSelector')
    const tolerations = tolerationErrors(scheduling.tolerations ?? [])
    yield* moved(tolerations, 'spec.tolerations', 'scheduling.tolerations')
  },
  *validateUpdate({ handler }, old) {
    if (handler !== old.handler) yield invalid('handler', handler, 'field is immutable')
  },
  *warnings({ scheduling }) {
    for (const key of Object.keys(scheduling?.nodeSelector ?? {})) {
      const text = oldNodeLabels[key]
      if (text !== undefined) yield `scheduling.nodeSelector: ${text}`
    }
  },
}

/** RuntimeClass: how a node's container runtime runs pods. */
export const runtimeClass = defineKind<RuntimeClassObject>(resources['node.k8s.io/v1/runtimeclasses'], {
  rules,
})
