/** `10.0.0.1:80`, `[fd00::1]:80` */
export const addressOf = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
  ENOTFOUND: 'no such host',
}

/** Why no connection came about, in the words that users of Kubernetes know. */
export function dialWords(error: Error & { code?: string }, host: string, port: number): string {
  return `dial tcp ${addressOf(host, port)}: ${reasons[error.code ?? ''] ?? error.message}`
}
