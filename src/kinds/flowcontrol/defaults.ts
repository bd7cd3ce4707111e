import type { HandRule } from '#schema/default'
import type { FlowSchemaSpec, QueuingConfiguration } from '../gen/flowcontrol-v1.ts'

/** These numbers have no unset form: zero stands for it. */
function flowSchemaSpec(value: FlowSchemaSpec): void {
  value.matchingPrecedence ||= 1000
}

function queuing(value: QueuingConfiguration): void {
  value.queues ||= 64
  value.handSize ||= 8
  value.queueLengthLimit ||= 50
}

/** Defaults of flowcontrol.apiserver.k8s.io that no table can tell. */
export const flowcontrolDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.flowcontrol.v1.FlowSchemaSpec': { after: flowSchemaSpec },
  'io.k8s.api.flowcontrol.v1.QueuingConfiguration': { after: queuing },
}
