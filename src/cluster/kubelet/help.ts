import { flagUsages } from '#base/flags'
import { kubeletFlagSections } from './flags.ts'

const about = `The kubelet is the agent on each node. It registers the node with the API server, runs the pods that are bound to it
through the container runtime, and tells how they are.
Pods come from the API server (--kubeconfig or --api-servers) and from files (--pod-manifest-path); either may be left out.`

/** What `kubelet --help` prints, wrapped at `width` columns. */
export function kubeletHelp(width: number): string {
  const sections = Object.entries(kubeletFlagSections).map(
    ([name, flags]) => `${name} flags:\n\n${flagUsages(flags, width)}\n`,
  )
  return `${about}\n\nUsage:\n  kubelet [flags]\n\n${sections.join('\n')}`
}
