import type { RequestFacts } from '#apiserver'

/** What a signer is asked: what is to be certified, and for which uses. */
export interface Asked {
  readonly facts: RequestFacts
  readonly usages: readonly string[]
}

/** Says what is wrong with a request; undefined for one that the signer signs. */
type Check = (asked: Asked) => string | undefined

const nodes = 'system:nodes'
const nodePrefix = 'system:node:'

const alike = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join()

/** True for exactly these usages, the encipherment of keys being free. */
const hasUsages = (usages: readonly string[], wanted: readonly string[]) =>
  alike(
    [...new Set(usages)].filter((one) => one !== 'key encipherment'),
    wanted,
  )

/** @see https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers */
const kubeletClient: Check = ({ facts, usages }) => {
  if (!alike(facts.organizations, [nodes])) return 'subject organization is not system:nodes'
  if (facts.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed'
  if (facts.emails.length > 0) return 'Email subjectAltNames are not allowed'
  if (facts.addresses.length > 0) return 'IP subjectAltNames are not allowed'
  if (facts.uris.length > 0) return 'URI subjectAltNames are not allowed'
  if (!facts.commonName.startsWith(nodePrefix)) return 'subject common name does not begin with system:node:'
  return hasUsages(usages, ['digital signature', 'client auth'])
    ? undefined
    : 'usages did not match [key encipherment digital signature client auth]'
}

const kubeletServing: Check = ({ facts, usages }) => {
  if (!alike(facts.organizations, [nodes])) return 'subject organization is not system:nodes'
  if (facts.dnsNames.length === 0 && facts.addresses.length === 0)
    return 'DNS or IP subjectAltName is required'
  if (facts.emails.length > 0) return 'Email subjectAltNames are not allowed'
  if (facts.uris.length > 0) return 'URI subjectAltNames are not allowed'
  if (!facts.commonName.startsWith(nodePrefix)) return 'subject common name does not begin with system:node:'
  return hasUsages(usages, ['digital signature', 'server auth'])
    ? undefined
    : 'usages did not match [key encipherment digital signature server auth]'
}

const client: Check = ({ usages }) => {
  if (!usages.includes('client auth')) return 'usages did not include client auth'
  const other = usages.find((one) => !['digital signature', 'key encipherment', 'client auth'].includes(one))
  return other === undefined
    ? undefined
    : `usage ${JSON.stringify(other)} is not one of those that clients need`
}

/** The signers of every cluster, by name. */
export const signers: Readonly<Record<string, Check>> = {
  'kubernetes.io/kube-apiserver-client': client,
  'kubernetes.io/kube-apiserver-client-kubelet': kubeletClient,
  'kubernetes.io/kubelet-serving': kubeletServing,
}

/** The right that lets a kubelet's request be approved unseen, and what is said of it then. */
export interface Recognizer {
  readonly subresource: 'selfnodeclient' | 'nodeclient'
  readonly message: string
}

/** Who may be approved for a client certificate of a kubelet: a node for itself, or a machine that joins. */
export function recognizersFor(signerName: string, username: string, asked: Asked): Recognizer[] {
  if (signerName !== 'kubernetes.io/kube-apiserver-client-kubelet' || kubeletClient(asked) !== undefined)
    return []
  const isOwn = asked.facts.commonName === username
  const own = {
    subresource: 'selfnodeclient',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  } as const
  const joining = {
    subresource: 'nodeclient',
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  } as const
  return isOwn ? [own, joining] : [joining]
}
