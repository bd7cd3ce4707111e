import type { FieldError } from '#base/field-error'
import { defineKind, type Rules } from '../define.ts'
import type { Node as NodeObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { nodeCells } from './node-cells.ts'
import { nodeChangeErrors, nodeErrors } from './node-errors.ts'
import { notReadyAtFirst } from './node-not-ready.ts'

/** Of two fields for the addresses of a node's pods the older one counts, and both show its first range. */
function alignRanges({ spec }: NodeObject): void {
  if (!spec) return
  const { podCIDR = '', podCIDRs = [] } = spec
  if (podCIDR !== '' && podCIDRs[0] !== podCIDR) spec.podCIDRs = [podCIDR]
  else if (podCIDR === '' && podCIDRs[0]) spec.podCIDR = podCIDRs[0]
}

const rules: Rules<NodeObject> = {
  default: alignRanges,
  prepareUpdate(next, old, { subresource }) {
    if (subresource === 'status') next.spec = old.spec ?? {}
    else next.status = old.status ?? {}
  },
  *validate(node): Iterable<FieldError> {
    yield* nodeErrors(node)
  },
  validateUpdate: (next, old) => nodeChangeErrors(next, old),
}

/** Node: a machine that runs pods. Its objects lie where they have always lain, among the minions. */
export const node = defineKind<NodeObject>(resources['v1/nodes'], {
  admissionRules: [notReadyAtFirst],
  cells: nodeCells,
  selectable: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  rules,
  storageDirectory: 'minions',
})
