import { securedPod } from './security/secured-pods.ts'
import { defineKind, type KindDeclaration } from '../../define.ts'
import type { Pod as PodObject } from '../../gen/core-v1.ts'
import { resources } from '../../gen/resources.ts'
import { podLimits, resizedPodLimits } from '../limits/pod-limits.ts'
import { ephemeralAccount, podAccount } from './account.ts'
import { alwaysPull, alwaysPullLater } from './always-pull.ts'
import { defaultTolerations } from './default-tolerations.ts'
import { extendedTolerations } from './extended-tolerations.ts'
import { podCells } from './cells.ts'
import { podNodeLinks } from './node-links.ts'
import { podPriority } from './priority.ts'
import { podRules } from './rules.ts'
import { podRuntimeClass } from './runtime-class.ts'

const endings: Readonly<Record<string, string>> = { Succeeded: 'Succeeded', Failed: 'Failed' }

const declaration: KindDeclaration<PodObject> = {
  admissionRules: [
    podLimits,
    resizedPodLimits,
    podAccount,
    ephemeralAccount,
    alwaysPull,
    alwaysPullLater,
    podPriority,
    defaultTolerations,
    extendedTolerations,
    podRuntimeClass,
  ],
  cells: podCells,
  notWritten: { status: ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'] },
  rowConditions({ status }) {
    const reason = endings[status?.phase ?? '']
    return reason === undefined ? [] : [{ type: 'Completed', status: 'True', reason }]
  },
  selectable: {
    'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.podIPs': () => '',
  },
  indexed: ['spec.nodeName'],
  nodeLinks: podNodeLinks,
  rules: podRules,
  securedPods: securedPod,
  onlyWritten: {
    ephemeralcontainers: ['spec.ephemeralContainers'],
    resize: [
      'spec.resources',
      'spec.containers.*.resources',
      'spec.containers.*.resizePolicy',
      'spec.initContainers.*.resources',
      'spec.initContainers.*.resizePolicy',
    ],
  },
}

/** Pod: containers that run together on one node. */
export const pod = defineKind<PodObject>(resources['v1/pods'], declaration)
