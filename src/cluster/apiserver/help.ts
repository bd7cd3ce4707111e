import { programHelp } from '../program/program-help.ts'
import { apiServerFlagSections } from './flags.ts'

const about = `The Kubernetes API server checks and keeps the objects of the API: pods, services, nodes and all others.
It answers REST requests and is the one place where the parts of a cluster meet; nothing else talks to the store.`

/** What `kube-apiserver --help` prints, wrapped at `width` columns. */
export const apiServerHelp = (width: number): string =>
  programHelp('kube-apiserver', about, apiServerFlagSections, width)
