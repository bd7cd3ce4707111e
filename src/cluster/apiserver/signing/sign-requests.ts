import { readSigningRequest, signRequest } from '#apiserver'
import type { Cancel } from '#base/cancel'
import { isApiError } from '#base/errors'
import { type Client, createInformer } from '#client'
import type { CertificateSigningRequest } from '#kinds/gen/certificates-v1'
import type { SubjectAccessReview } from '#kinds/gen/authorization-v1'
import type { ApiServerHost } from '../options.ts'
import { type Asked, recognizersFor, signers } from './signers.ts'

/** What signing needs. */
export interface SigningParts {
  readonly client: Client
  /** The authority that signs: certificate and key (PEM). */
  readonly authority: { readonly certificate: string; readonly key: string }
  /** How long a certificate lasts that does not ask for less, in milliseconds. */
  readonly durationMs: number
  readonly host: Pick<ApiServerHost, 'clock' | 'random' | 'log'>
}

const requests = {
  group: 'certificates.k8s.io',
  version: 'v1',
  plural: 'certificatesigningrequests',
  namespaced: false,
} as const
const reviews = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'subjectaccessreviews',
  namespaced: false,
} as const

const backdateMs = 5 * 60_000
const retryMs = 1_000

/**
 * Approves what kubelets may ask for of their own, and signs what was approved, for the signers of every cluster.
 * Upstream leaves both to its controller manager. Runs until the signal fires.
 */
export async function signRequests(parts: SigningParts, signal: Cancel): Promise<void> {
  const { client, host } = parts
  const informer = createInformer<CertificateSigningRequest>({ client, resource: requests, ...host })
  const busy = new Set<string>()
  const attend = async (name: string): Promise<void> => {
    if (busy.has(name) || signal.aborted) return
    busy.add(name)
    const request = informer.get('', name)
    const isDone = request === undefined || (await attended(parts, request))
    busy.delete(name)
    // What has come meanwhile, one's own approval above all, is attended to as well.
    if (informer.get('', name) !== request) return attend(name)
    if (!isDone) host.clock.after(retryMs, () => void attend(name), { unref: true })
  }
  informer.onChange((next) => next && void attend(next.metadata.name ?? ''))
  await informer.run(signal)
}

/** True when there is nothing left to do for a request until it changes. */
async function attended(parts: SigningParts, request: CertificateSigningRequest): Promise<boolean> {
  try {
    await attendTo(parts, request)
    return true
  } catch (error) {
    // Somebody else was faster, and what they wrote comes as a change.
    if (isApiError(error, 'Conflict') || isApiError(error, 'NotFound')) return true
    parts.host.log.warn('Unable to attend to a certificate signing request, trying again', {
      name: request.metadata.name,
      err: (error as Error).message,
    })
    return false
  }
}

const has = ({ status }: CertificateSigningRequest, type: string) =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') === true

async function attendTo(parts: SigningParts, request: CertificateSigningRequest): Promise<void> {
  const check = signers[request.spec.signerName]
  const isOver =
    has(request, 'Denied') || has(request, 'Failed') || (request.status?.certificate ?? '') !== ''
  if (check === undefined || isOver) return
  const pem = Buffer.from(request.spec.request, 'base64').toString()
  const asked: Asked = { facts: await readSigningRequest(pem), usages: request.spec.usages ?? [] }
  if (!has(request, 'Approved')) return approve(parts, request, asked)
  const fault = check(asked)
  if (fault !== undefined) return fail(parts, request, fault)
  const certificate = await signRequest(parts.authority, pem, {
    ...termsOf(parts, request),
    usages: asked.usages,
  })
  const status = { ...request.status, certificate: Buffer.from(certificate).toString('base64') }
  await parts.client.update(requests, { ...request, status }, { subresource: 'status' })
}

function termsOf({ host, durationMs }: SigningParts, { spec }: CertificateSigningRequest) {
  const now = host.clock.now()
  const asked = spec.expirationSeconds === undefined ? durationMs : spec.expirationSeconds * 1000
  return { notBefore: new Date(now - backdateMs), notAfter: new Date(now + Math.min(asked, durationMs)) }
}

async function fail(
  { client }: SigningParts,
  request: CertificateSigningRequest,
  message: string,
): Promise<void> {
  const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message }
  const conditions = [...(request.status?.conditions ?? []), failed]
  await client.update(
    requests,
    { ...request, status: { ...request.status, conditions } },
    { subresource: 'status' },
  )
}

async function approve(parts: SigningParts, request: CertificateSigningRequest, asked: Asked): Promise<void> {
  const { signerName, username = '' } = request.spec
  for (const { subresource, message } of recognizersFor(signerName, username, asked)) {
    if (!(await isAllowed(parts, request, subresource))) continue
    const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
    const status = { ...request.status, conditions: [...(request.status?.conditions ?? []), approved] }
    await parts.client.update(requests, { ...request, status }, { subresource: 'approval' })
    return
  }
}

async function isAllowed({ client }: SigningParts, { spec }: CertificateSigningRequest, subresource: string) {
  const { username, uid, groups, extra } = spec
  const { group, plural } = requests
  const resourceAttributes = { group, resource: plural, verb: 'create', subresource, version: '*' }
  const review = {
    kind: 'SubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {
      ...(username && { user: username }),
      ...(uid && { uid }),
      ...(groups && { groups }),
      ...(extra && { extra }),
      resourceAttributes,
    },
  }
  const { status } = await client.create<SubjectAccessReview>(reviews, review as SubjectAccessReview)
  return status?.allowed === true
}
