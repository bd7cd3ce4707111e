import type { Pod } from '#kinds/gen/core-v1'

const nameOf = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`

/** The wanted pods that may run now: a changed manifest is a new pod of the same name, which waits until the old one has ended. */
export function successors(wanted: readonly Pod[], present: readonly Pod[]): Pod[] {
  const uids = new Map<string, Set<string | undefined>>()
  for (const pod of present) {
    const known = uids.get(nameOf(pod)) ?? new Set()
    uids.set(nameOf(pod), known.add(pod.metadata.uid))
  }
  return wanted.filter((pod) => {
    const running = uids.get(nameOf(pod))
    return running === undefined || (running.size === 1 && running.has(pod.metadata.uid))
  })
}
