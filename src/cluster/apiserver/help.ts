import { flagUsages } from '#base/flags'
import { apiServerFlagSections } from './flags.ts'

const about = `The Kubernetes API server checks and keeps the objects of the API: pods, services, nodes and all others.
It answers REST requests and is the one place where the parts of a cluster meet; nothing else talks to the store.`

/** What `kube-apiserver --help` prints, wrapped at `width` columns. */
export function apiServerHelp(width: number): string {
  const sections = Object.entries(apiServerFlagSections).map(
    ([name, flags]) => `${name} flags:\n\n${flagUsages(flags, width)}\n`,
  )
  return `${about}\n\nUsage:\n  kube-apiserver [flags]\n\n${sections.join('\n')}`
}
