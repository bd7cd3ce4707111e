import type { AuditEvent } from '#apiserver'
import type { Deliver } from './batches.ts'

/** An event as a line of JSON, with a newline. */
export const jsonLine = (event: AuditEvent): string => `${JSON.stringify(event)}\n`

/** An event as a line in the old form, which tells no objects. */
export function legacyLine(event: AuditEvent): string {
  const { user, impersonatedUser: other, objectRef } = event
  const code = event.responseStatus?.['code']
  const members: Readonly<Record<string, string | undefined>> = {
    id: event.auditID,
    stage: event.stage,
    ip: event.sourceIPs[0] ?? '<unknown>',
    method: event.verb,
    user: user.username ?? '<none>',
    groups: listText(user.groups),
    as: other?.username ?? '<self>',
    asgroups: other === undefined ? '<lookup>' : listText(other.groups),
    'user-agent': event.userAgent ?? '',
    namespace: objectRef?.namespace ?? '<none>',
    uri: event.requestURI,
    response: typeof code === 'number' ? String(code) : '<deferred>',
  }
  const texts = Object.entries(members).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `${event.requestReceivedTimestamp} AUDIT: ${texts.join(' ')}\n`
}

const listText = (list: readonly string[] = []) =>
  list.length === 0 ? '<none>' : list.map((one) => JSON.stringify(one)).join(',')

/** Writes events as lines. */
export const toLines =
  (format: 'json' | 'legacy', write: (bytes: Uint8Array) => Promise<void>): Deliver =>
  (events) =>
    write(Buffer.from(events.map(format === 'json' ? jsonLine : legacyLine).join('')))
