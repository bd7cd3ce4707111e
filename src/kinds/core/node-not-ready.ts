import type { AdmissionRule } from '../define.ts'
import type { Node } from '../gen/core-v1.ts'

const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const

/** A new node takes no pods until whoever looks after nodes has seen that it is ready, and takes the taint away. */
export const notReadyAtFirst: AdmissionRule<Node> = {
  plugin: 'TaintNodesByCondition',
  complete(node) {
    const own = node.spec?.taints ?? []
    if (own.some(({ key, effect }) => key === taint.key && effect === taint.effect)) return undefined
    node.spec = { ...node.spec, taints: [...own, taint] }
    return undefined
  },
}
