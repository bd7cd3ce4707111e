import type { Cancel } from '#base/cancel'
import { type Client, SpdyConnection, queryText, resourcePath } from '#client'
import { pods } from '../resources/pods.ts'

/** A pod's name and where it is. */
export interface PodPlace {
  readonly namespace: string
  readonly name: string
}

/**
 * Opens a streaming subresource of a pod. SPDY and not WebSocket: it is what every API server and every runtime
 * understands, and the only one by which containerd 1.6 hears that standard input has ended.
 * @throws ApiError in the server's words when it refuses
 */
export async function connectStreams(
  client: Client,
  pod: PodPlace,
  subresource: string,
  query: readonly (readonly [string, string])[],
  protocol: string,
  signal: Cancel,
): Promise<SpdyConnection> {
  const text = new URLSearchParams(query.map(([name, value]) => [name, value])).toString()
  const path = resourcePath(pods, { ...pod, subresource })
  const headers = { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol }
  const { socket } = await client.transport.upgrade(
    { method: 'POST', path: text === '' ? path : `${path}?${text}`, headers },
    signal,
  )
  return new SpdyConnection(socket)
}

/** The path of a pod's log. */
export const logPath = (
  pod: PodPlace,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
) => resourcePath(pods, { ...pod, subresource: 'log' }) + queryText(query)
