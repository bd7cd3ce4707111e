import { type Client, createClient, inProcessTransport } from '#client'
import type { ApiServer, Authority } from '#apiserver'
import { readText } from '../open-store.ts'
import type { ApiServerHost, ApiServerSettings } from '../options.ts'
import { signRequests } from './sign-requests.ts'

/** Who the server is when it signs. */
const signer = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

const yearMs = 365 * 86_400_000

/** Begins to sign, where that is wanted; gives a function that ends it. @throws Error where there is no authority. */
export async function openSigning(
  { certificateSigning: wanted }: ApiServerSettings,
  server: Pick<ApiServer, 'handle' | 'upgrade'>,
  own: Authority | undefined,
  host: ApiServerHost,
): Promise<() => void> {
  if (wanted === undefined) return () => {}
  const certificate = await readText(wanted.certFile, host)
  const key = await readText(wanted.keyFile, host)
  const authority = certificate !== undefined && key !== undefined ? { certificate, key } : own
  if (authority === undefined)
    throw new Error(
      'there is no authority to sign certificates with: name one by --cluster-signing-cert-file and --cluster-signing-key-file',
    )
  const client: Client = createClient(inProcessTransport(server, signer))
  const stop = new AbortController()
  const parts = { client, authority, durationMs: wanted.durationMs ?? yearMs, host }
  void signRequests(parts, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) host.log.error('Certificates are signed no more', { err: error })
  })
  return () => stop.abort(new Error('the server is closing'))
}
