import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Client } from '#client'
import type { CertificateSigningRequest } from '#kinds/gen/certificates-v1'
import { type RequestWish, signingRequest } from './signing-request.ts'

/** A certificate of the cluster that is asked for. */
export interface CertificateAsk extends RequestWish {
  readonly signerName: 'kubernetes.io/kube-apiserver-client-kubelet' | 'kubernetes.io/kubelet-serving'
}

const requests = {
  group: 'certificates.k8s.io',
  version: 'v1',
  plural: 'certificatesigningrequests',
  namespaced: false,
} as const

const lookMs = 1000
/** As upstream: whoever approves may take this long before it is asked anew. */
const patienceMs = 15 * 60_000

/** Asks the cluster to sign a certificate and waits until somebody approved it. @throws Error when it is refused. */
export async function askForCertificate(
  client: Client,
  ask: CertificateAsk,
  clock: Clock,
  signal: Cancel,
): Promise<{ certificate: string; key: string }> {
  const { request, key } = await signingRequest(ask)
  const use = ask.signerName === 'kubernetes.io/kubelet-serving' ? 'server auth' : 'client auth'
  const wanted: CertificateSigningRequest = {
    kind: 'CertificateSigningRequest',
    apiVersion: 'certificates.k8s.io/v1',
    metadata: { generateName: 'csr-' },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: ask.signerName,
      usages: ['digital signature', use],
    },
  }
  const { metadata } = await client.create<CertificateSigningRequest>(requests, wanted, {}, signal)
  const name = metadata.name as string
  for (const since = clock.monotonic(); clock.monotonic() - since < patienceMs; ) {
    const found = await client.get<CertificateSigningRequest>(requests, name, {}, signal)
    const certificate = issued(found)
    if (certificate !== undefined) return { certificate, key }
    await sleep(clock, lookMs, signal)
  }
  throw new Error(`certificate signing request ${name} was not signed in time`)
}

/** The signed certificate as PEM; undefined while nobody decided. @throws Error when it was denied or failed. */
function issued({ metadata, status }: CertificateSigningRequest): string | undefined {
  for (const { type, reason = '', message = '' } of status?.conditions ?? []) {
    if (type === 'Denied')
      throw new Error(
        `certificate signing request ${metadata.name} is denied, reason: ${reason}, message: ${message}`,
      )
    if (type === 'Failed')
      throw new Error(
        `certificate signing request ${metadata.name} failed, reason: ${reason}, message: ${message}`,
      )
  }
  const text = status?.certificate ?? ''
  return text === '' ? undefined : Buffer.from(text, 'base64').toString()
}
