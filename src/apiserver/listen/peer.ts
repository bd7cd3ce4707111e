import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Peer } from '#base/http'
import { isSignedBy } from './signed-by.ts'

/** What is known of a connection's other end. `badCertificate` says that it showed one which our authority did not sign. */
export interface ConnectionPeer {
  readonly peer: Peer
  readonly badCertificate: boolean
}

/** Whose certificates count for what, where there is more than one authority. */
export interface Trust {
  /** They sign the certificates of clients. */
  readonly clients: readonly X509Certificate[]
  /** They sign those of proxies that say for whom they speak. */
  readonly proxies: readonly X509Certificate[]
}

/** Reads the other end of a plain connection. */
export function plainPeer(socket: Socket): ConnectionPeer {
  return { peer: { address: socket.remoteAddress ?? '', secure: false }, badCertificate: false }
}

/** Reads the other end of a TLS connection, with the subject of its verified certificate. */
export function tlsPeer(socket: TLSSocket, trust?: Trust): ConnectionPeer {
  const address = socket.remoteAddress ?? ''
  const shown = socket.getPeerCertificate()
  const given = shown !== undefined && shown !== null && Object.keys(shown).length > 0
  if (!given) return { peer: { address, secure: true }, badCertificate: false }
  if (!socket.authorized) return { peer: { address, secure: true }, badCertificate: true }
  const { CN, O } = shown.subject as { CN?: string | string[]; O?: string | string[] }
  const commonName = Array.isArray(CN) ? (CN.at(-1) ?? '') : (CN ?? '')
  const organizations = O === undefined ? [] : Array.isArray(O) ? O : [O]
  const leaf = trust && socket.getPeerX509Certificate()
  const isClient = leaf === undefined || isSignedBy(leaf, trust?.clients ?? [])
  const isProxy = leaf !== undefined && isSignedBy(leaf, trust?.proxies ?? [])
  return {
    peer: {
      address,
      secure: true,
      ...(isClient && { certificate: { commonName, organizations } }),
      ...(isProxy && { proxy: commonName }),
    },
    badCertificate: !isClient && !isProxy,
  }
}
