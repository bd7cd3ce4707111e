import { type FieldError, invalid, required } from '#base/field-error'
import { portNameFaults, portNumberFaults } from '#schema/field-names'
import { dnsLabelFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { IngressBackend, IngressServiceBackend } from '../gen/networking-v1.ts'
import { referenceErrors } from './reference-errors.ts'

function* serviceErrors({ name, port = {} }: IngressServiceBackend, path: string): Iterable<FieldError> {
  const at = `${path}.service`
  if (name === '') yield required(`${at}.name`)
  else yield* eachFault(`${at}.name`, name, dnsLabelFaults(name))
  const { name: portName = '', number = 0 } = port
  if (portName !== '' && number !== 0) yield invalid(path, '', 'cannot set both port name & port number')
  else if (portName !== '') yield* eachFault(`${at}.port.name`, portName, portNameFaults(portName))
  else if (number !== 0) yield* eachFault(`${at}.port.number`, number, portNumberFaults(number))
  else yield required(path, 'port name or number is required')
}

/** Everything wrong with where requests go: to a port of a service, or to an object of any kind. */
export function* backendErrors({ service, resource }: IngressBackend, path: string): Iterable<FieldError> {
  if (resource && service) yield invalid(path, '', 'cannot set both resource and service backends')
  else if (resource) yield* referenceErrors(resource, `${path}.resource`)
  else if (service) yield* serviceErrors(service, path)
  else yield invalid(path, '', 'resource or service backend is required')
}
