import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { RuntimeFault, type RuntimeFaultCode } from '../contract.ts'

const codes: Readonly<Record<number, RuntimeFaultCode>> = {
  [status.NOT_FOUND]: 'notFound',
  [status.ALREADY_EXISTS]: 'exists',
  [status.UNAVAILABLE]: 'unavailable',
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.UNIMPLEMENTED]: 'unimplemented',
  [status.INVALID_ARGUMENT]: 'invalid',
  [status.RESOURCE_EXHAUSTED]: 'exhausted',
}

/** NOT_FOUND as users of Go's gRPC know it: NotFound. */
const spoken = (code: number) =>
  (status[code] ?? 'UNKNOWN')
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('')

const systemTexts: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ECONNREFUSED: 'connection refused',
  EACCES: 'permission denied',
}

/** Why the socket could not be connected to, in the words of Go's gRPC, which name the socket and the reason. */
function dialText(details: string): string | undefined {
  const [, code = '', socket] = /\bconnect (E[A-Z]+) (\S+?)\.?(?:\s|$)/.exec(details) ?? []
  if (socket === undefined) return undefined
  const reason = `dial unix ${socket}: connect: ${systemTexts[code] ?? code}`
  return `connection error: desc = ${JSON.stringify(`transport: Error while dialing: ${reason}`)}`
}

/** Translates what gRPC says of a failed call; the only place that reads its numbers. */
export function toFault(error: ServiceError): RuntimeFault {
  const text = error.details === '' || error.details === undefined ? error.message : error.details
  return new RuntimeFault(codes[error.code] ?? 'failed', dialText(text) ?? text, {
    grpcCode: spoken(error.code),
    cause: error,
  })
}

/** No metadata: calls on the runtime's socket carry none. */
export const noMetadata = new Metadata()
