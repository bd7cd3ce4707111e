import { type FieldError, invalid, required } from '#base/field-error'
import { portNumberFaults } from '#schema/field-names'
import { subdomainFaults } from '#schema/name-rules'
import type { ServiceReference, WebhookClientConfig } from '../gen/admissionregistration-v1.ts'

const urlForm =
  /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:([^@/?#]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s
const form = '; desired format: https://host[/path]'

/** Everything wrong with the address of a webhook. */
export function* webhookUrlErrors(url: string, path: string): Iterable<FieldError> {
  const [, scheme = '', user, host = '', query = '', fragment = ''] = urlForm.exec(url) ?? []
  if (scheme !== 'https') yield invalid(path, scheme, `'https' is the only allowed URL scheme${form}`)
  if (host === '') yield invalid(path, host, `host must be specified${form}`)
  if (user !== undefined) yield invalid(path, user, 'user information is not permitted in the URL')
  if (fragment !== '') yield invalid(path, fragment, 'fragments are not permitted in the URL')
  if (query !== '') yield invalid(path, query, 'query parameters are not permitted in the URL')
}

function* pathErrors(urlPath: string, path: string): Iterable<FieldError> {
  if (urlPath === '' || urlPath === '/') return
  if (urlPath === '//') {
    yield invalid(path, urlPath, 'segment[0] may not be empty')
    return
  }
  if (!urlPath.startsWith('/')) yield invalid(path, urlPath, "must start with a '/'")
  for (const [i, step] of urlPath.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (step === '') yield invalid(path, urlPath, `segment[${i}] may not be empty`)
    else for (const fault of subdomainFaults(step)) yield invalid(path, urlPath, `segment[${i}]: ${fault}`)
  }
}

/** Everything wrong with the service of a webhook. */
export function* webhookServiceErrors(service: ServiceReference, path: string): Iterable<FieldError> {
  const { name, namespace, port = 0 } = service
  if (name === '') yield required(`${path}.name`)
  if (namespace === '') yield required(`${path}.namespace`)
  const faults = portNumberFaults(port)
  if (faults.length > 0) yield invalid(`${path}.port`, port, `port is not valid: ${faults.join(',')}`)
  if (service.path !== undefined) yield* pathErrors(service.path, `${path}.path`)
}

/** Everything wrong with how a webhook is called. */
export function* clientErrors({ url, service }: WebhookClientConfig, path: string): Iterable<FieldError> {
  if ((url === undefined) === (service === undefined)) {
    yield required(path, 'exactly one of url or service is required')
  } else if (url !== undefined) yield* webhookUrlErrors(url, `${path}.url`)
  else if (service) yield* webhookServiceErrors(service, `${path}.service`)
}
