import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { dns1035LabelFaults } from '#schema/name-rules'
import { webhookServiceErrors, webhookUrlErrors } from '../admissionregistration/client-errors.ts'
import { eachFault } from '../each-fault.ts'
import type { CustomResourceConversion, WebhookClientConfig } from '../gen/apiextensions-v1.ts'

const strategies = ['None', 'Webhook']
const reviewVersions = ['v1', 'v1beta1']

function* reviewErrors(versions: readonly string[], path: string): Iterable<FieldError> {
  if (versions.length === 0) {
    yield required(path)
    return
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) yield invalid(`${path}[${i}]`, version, 'duplicate version')
    else yield* eachFault(`${path}[${i}]`, version, dns1035LabelFaults(version))
  }
  if (!versions.some((one) => reviewVersions.includes(one))) {
    yield invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`)
  }
}

function* clientErrors(client: WebhookClientConfig | undefined, path: string): Iterable<FieldError> {
  if (client === undefined) {
    yield required(path, 'required when strategy is set to Webhook')
    return
  }
  const { url, service } = client
  if ((url === undefined) === (service === undefined)) {
    yield required(path, 'exactly one of url or service is required')
  } else if (url !== undefined) yield* webhookUrlErrors(url, `${path}.url`)
  else if (service) yield* webhookServiceErrors(service, `${path}.service`)
}

/** Everything wrong with how objects are made from one version into another. */
export function* conversionErrors(conversion: CustomResourceConversion): Iterable<FieldError> {
  const { strategy, webhook } = conversion
  const path = 'spec.conversion'
  if (strategy === '') yield required(`${path}.strategy`)
  else if (!strategies.includes(strategy)) yield notSupported(`${path}.strategy`, strategy, strategies)
  const client = `${path}.webhookClientConfig`
  const reviews = `${path}.conversionReviewVersions`
  if (strategy === 'Webhook') {
    yield* clientErrors(webhook?.clientConfig, client)
    yield* reviewErrors(webhook?.conversionReviewVersions ?? [], reviews)
    return
  }
  const text = 'should not be set when strategy is not set to Webhook'
  if (webhook?.clientConfig) yield fieldForbidden(client, text)
  if ((webhook?.conversionReviewVersions ?? []).length > 0) yield fieldForbidden(reviews, text)
}
