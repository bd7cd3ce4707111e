import type { FieldError } from '#base/field-error'
import { defineKind, type Rules } from '../define.ts'
import type { Node as NodeObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { nodeCells } from './node-cells.ts'
import { nodeChangeErrors, nodeErrors } from './node-errors.ts'

const rules: Rules<NodeObject> = {
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
  cells: nodeCells,
  selectable: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  rules,
  storageDirectory: 'minions',
})
