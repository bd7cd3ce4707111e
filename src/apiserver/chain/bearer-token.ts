import type { Headers } from '#base/http'

const protocolPrefix = 'base64url.bearer.authorization.k8s.io.'

/** The token that a request shows, in its header or, where a browser cannot set one, among its WebSocket protocols. */
export function bearerToken(headers: Headers): string | undefined {
  const [scheme = '', token = ''] = (headers.authorization ?? '').trim().split(' ')
  if (scheme.toLowerCase() === 'bearer' && token !== '') return token
  if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  const shown = protocols.find((one) => one.startsWith(protocolPrefix))
  return shown === undefined
    ? undefined
    : Buffer.from(shown.slice(protocolPrefix.length), 'base64url').toString()
}
