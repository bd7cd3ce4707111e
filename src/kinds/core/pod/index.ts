import { defineKind, type KindDeclaration } from '../../define.ts'
import type { Pod as PodObject } from '../../gen/core-v1.ts'
import { resources } from '../../gen/resources.ts'
import { podCells } from './cells.ts'
import { podPriority } from './priority.ts'
import { podRules } from './rules.ts'

const endings: Readonly<Record<string, string>> = { Succeeded: 'Succeeded', Failed: 'Failed' }

const declaration: KindDeclaration<PodObject> = {
  admissionRules: [podPriority],
  cells: podCells,
  rowConditions({ status }) {
    const reason = endings[status?.phase ?? '']
    return reason === undefined ? [] : [{ type: 'Completed', status: 'True', reason }]
  },
  selectable: {
    'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.podIPs': () => '',
  },
  rules: podRules,
}

/** Pod: containers that run together on one node. */
export const pod = defineKind<PodObject>(resources['v1/pods'], declaration)
