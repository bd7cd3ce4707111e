import { type FieldError, notSupported, required } from '#base/field-error'

const protocols = ['SCTP', 'TCP', 'UDP']

/** Faults of the protocol of a port. */
export function* protocolErrors(protocol: string, path: string): Iterable<FieldError> {
  if (protocol === '') yield required(path)
  else if (!protocols.includes(protocol)) yield notSupported(path, protocol, protocols)
}
