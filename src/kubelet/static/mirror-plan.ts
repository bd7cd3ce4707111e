import type { Node, Pod } from '#kinds/gen/core-v1'
import { configAnnotations } from './static-pod.ts'

/** One step that makes the API show this node's static pods. */
export type MirrorAction =
  | { readonly do: 'create'; readonly of: Pod }
  | { readonly do: 'delete'; readonly mirror: Pod }

const nameOf = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`

/** True for a pod in the API that only shows a static one. */
export const isMirror = ({ metadata }: Pod): boolean =>
  metadata.annotations?.[configAnnotations.mirror] !== undefined

/** What is to be done. A picture of what is no longer so is deleted; a new one follows when it has gone. */
export function planMirrors(wanted: readonly Pod[], bound: readonly Pod[]): MirrorAction[] {
  const mirrors = new Map(bound.filter(isMirror).map((pod) => [nameOf(pod), pod]))
  const taken = new Set(bound.map(nameOf))
  const byName = new Map(wanted.map((pod) => [nameOf(pod), pod]))
  const wrong = [...mirrors.values()].filter((mirror) => !shows(mirror, byName.get(nameOf(mirror))))
  return [
    ...wrong.map((mirror) => ({ do: 'delete', mirror }) as const),
    ...wanted.filter((pod) => !taken.has(nameOf(pod))).map((of) => ({ do: 'create', of }) as const),
  ]
}

function shows({ metadata }: Pod, of: Pod | undefined): boolean {
  if (of === undefined || metadata.deletionTimestamp !== undefined) return false
  const hash = of.metadata.annotations?.[configAnnotations.hash]
  return metadata.annotations?.[configAnnotations.mirror] === hash
}

/** The API's picture of a static pod; it goes when its node goes. */
export function toMirror(pod: Pod, node: Node): Pod {
  const { uid: _uid, ...metadata } = pod.metadata
  const hash = metadata.annotations?.[configAnnotations.hash] ?? ''
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    ...pod,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [configAnnotations.mirror]: hash },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Node',
          name: node.metadata.name ?? '',
          uid: node.metadata.uid ?? '',
          controller: true,
        },
      ],
    },
  }
}
