import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Peer } from '#base/http'

/** What is known of a connection's other end. `badCertificate` says that it showed one which our authority did not sign. */
export interface ConnectionPeer {
  readonly peer: Peer
  readonly badCertificate: boolean
}

/** Reads the other end of a plain connection. */
export function plainPeer(socket: Socket): ConnectionPeer {
  return { peer: { address: socket.remoteAddress ?? '', secure: false }, badCertificate: false }
}

/** Reads the other end of a TLS connection, with the subject of its verified certificate. */
export function tlsPeer(socket: TLSSocket): ConnectionPeer {
  const address = socket.remoteAddress ?? ''
  const shown = socket.getPeerCertificate()
  const given = shown !== undefined && shown !== null && Object.keys(shown).length > 0
  if (!given) return { peer: { address, secure: true }, badCertificate: false }
  if (!socket.authorized) return { peer: { address, secure: true }, badCertificate: true }
  const { CN, O } = shown.subject as { CN?: string | string[]; O?: string | string[] }
  const commonName = Array.isArray(CN) ? (CN.at(-1) ?? '') : (CN ?? '')
  const organizations = O === undefined ? [] : Array.isArray(O) ? O : [O]
  return {
    peer: { address, secure: true, certificate: { commonName, organizations } },
    badCertificate: false,
  }
}
