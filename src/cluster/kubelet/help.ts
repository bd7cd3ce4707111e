import { programHelp } from '../program/program-help.ts'
import { kubeletFlagSections } from './flags.ts'

const about = `The kubelet is the agent on each node. It registers the node with the API server, runs the pods that are bound to it
through the container runtime, and tells how they are.
Pods come from the API server (--kubeconfig or --api-servers) and from files (--pod-manifest-path); either may be left out.`

/** What `kubelet --help` prints, wrapped at `width` columns. */
export const kubeletHelp = (width: number): string =>
  programHelp('kubelet', about, kubeletFlagSections, width)
