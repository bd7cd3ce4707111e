import { parseYaml } from '#apiserver'
import {
  duplicate,
  type FieldError,
  fieldForbidden,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import { parseDuration, showDuration } from '#base/flags'
import { subdomainFaults } from '#schema/name-rules'
import { type AuthorizationMode, authorizationModes, type WebhookSettings } from './settings.ts'

/** One authorizer of a configuration. */
export type ConfiguredAuthorizer =
  | { readonly type: Exclude<AuthorizationMode, 'Webhook'> }
  | { readonly type: 'Webhook'; readonly webhook: WebhookSettings }

type Members = Readonly<Record<string, unknown>>

const versions = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`)
const knownTypes = [...authorizationModes].toSorted()
const webhookTimeoutMaxMs = 30_000
const defaults: Members = { authorizedTTL: '5m', unauthorizedTTL: '30s' }

/** Reads an AuthorizationConfiguration. @throws Error with everything that is wrong with it. */
export function readAuthorizationConfig(path: string, text: string): ConfiguredAuthorizer[] {
  const fail = (why: string): never => {
    throw new Error(`failed to load AuthorizationConfiguration from file ${JSON.stringify(path)}: ${why}`)
  }
  const config = (parseYaml(text) ?? {}) as Members
  if (config['kind'] !== 'AuthorizationConfiguration' || !versions.includes(config['apiVersion'] as string)) {
    fail(`it is no AuthorizationConfiguration of ${versions[0]}`)
  }
  const errors = [...configErrors(config)]
  if (errors.length > 0) {
    const texts = errors.map((error) => `${error.path}: ${error.body}`)
    fail(texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`)
  }
  return (config['authorizers'] as Members[]).map(({ type, webhook }) =>
    type === 'Webhook'
      ? { type, webhook: settingsOf({ ...defaults, ...(webhook as Members) }) }
      : { type: type as Exclude<AuthorizationMode, 'Webhook'> },
  )
}

function settingsOf(webhook: Members): WebhookSettings {
  const ms = (name: string) => parseDuration(webhook[name] as string) as number
  return {
    version: webhook['subjectAccessReviewVersion'] as WebhookSettings['version'],
    authorizedMs: ms('authorizedTTL'),
    unauthorizedMs: ms('unauthorizedTTL'),
    timeoutMs: ms('timeout'),
    onFailure: webhook['failurePolicy'] as WebhookSettings['onFailure'],
    kubeconfig: (webhook['connectionInfo'] as Members)['kubeConfigFile'] as string,
  }
}

function* unknownFields(object: Members, known: readonly string[], path: string): Iterable<FieldError> {
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) {
      yield fieldForbidden(path === '' ? name : `${path}.${name}`, 'there is no such field')
    }
  }
}

function* configErrors(config: Members): Iterable<FieldError> {
  yield* unknownFields(config, ['kind', 'apiVersion', 'authorizers'], '')
  const authorizers = (config['authorizers'] ?? []) as readonly Members[]
  if (authorizers.length === 0) {
    yield required('authorizers', 'at least one authorization mode must be defined')
  }
  const types = new Set<string>()
  const names = new Set<string>()
  for (const [i, authorizer] of authorizers.entries()) {
    yield* authorizerErrors(authorizer, `authorizers[${i}]`, types, names)
  }
}

function* authorizerErrors(
  authorizer: Members,
  path: string,
  types: Set<string>,
  names: Set<string>,
): Iterable<FieldError> {
  yield* unknownFields(authorizer, ['type', 'name', 'webhook'], path)
  const { type = '', name = '', webhook } = authorizer as Readonly<Record<string, string>>
  if (type === '') return yield required(`${path}.type`)
  if (!knownTypes.includes(type as AuthorizationMode))
    return yield notSupported(`${path}.type`, type, knownTypes)
  if (types.has(type) && type !== 'Webhook') return yield duplicate(`${path}.type`, type)
  types.add(type)
  const faults = subdomainFaults(name)
  if (name === '') yield required(`${path}.name`)
  else if (names.has(name)) yield duplicate(`${path}.name`, name)
  else if (faults.length > 0) {
    yield invalid(`${path}.name`, name, `authorizer name is invalid: ${faults.join(', ')}`)
  }
  names.add(name)
  if (type === 'Webhook') {
    if (webhook === undefined) yield required(`${path}.webhook`, 'required when type=Webhook')
    else yield* webhookErrors({ ...defaults, ...(webhook as unknown as Members) }, path)
  } else if (webhook !== undefined) {
    yield invalid(`${path}.webhook`, 'non-null', 'may only be specified when type=Webhook')
  }
}

const webhookFields = [
  'authorizedTTL',
  'unauthorizedTTL',
  'timeout',
  'subjectAccessReviewVersion',
  'matchConditionSubjectAccessReviewVersion',
  'failurePolicy',
  'connectionInfo',
  'matchConditions',
]

/** Upstream leaves the word webhook out of these paths. */
function* webhookErrors(webhook: Members, path: string): Iterable<FieldError> {
  yield* unknownFields(webhook, webhookFields, path)
  yield* durationErrors(webhook, 'timeout', path, webhookTimeoutMaxMs)
  yield* durationErrors(webhook, 'authorizedTTL', path)
  yield* durationErrors(webhook, 'unauthorizedTTL', path)
  yield* oneOfErrors(webhook, 'subjectAccessReviewVersion', path, ['v1', 'v1beta1'])
  yield* oneOfErrors(webhook, 'failurePolicy', path, ['NoOpinion', 'Deny'])
  yield* connectionErrors((webhook['connectionInfo'] ?? {}) as Members, `${path}.connectionInfo`)
  if (((webhook['matchConditions'] ?? []) as unknown[]).length > 0) {
    yield fieldForbidden(`${path}.matchConditions`, 'this server evaluates no CEL expressions')
  }
}

function* oneOfErrors(
  webhook: Members,
  name: string,
  path: string,
  values: readonly string[],
): Iterable<FieldError> {
  const value = webhook[name] ?? ''
  if (value === '') yield required(`${path}.${name}`)
  else if (!values.includes(value as string)) yield notSupported(`${path}.${name}`, value, values)
}

function* durationErrors(
  webhook: Members,
  name: string,
  path: string,
  mostMs = Number.POSITIVE_INFINITY,
): Iterable<FieldError> {
  const value = webhook[name] ?? '0s'
  const ms = typeof value === 'string' ? parseDuration(value) : undefined
  const range = mostMs === Number.POSITIVE_INFINITY ? 'must be > 0s' : `must be > 0s and <= ${mostMs / 1000}s`
  if (ms === undefined) yield invalid(`${path}.${name}`, value, 'it takes a duration, as in 10s')
  else if (ms === 0) yield required(`${path}.${name}`)
  else if (ms < 0 || ms > mostMs) yield invalid(`${path}.${name}`, showDuration(ms), range)
}

function* connectionErrors(info: Members, path: string): Iterable<FieldError> {
  yield* unknownFields(info, ['type', 'kubeConfigFile'], path)
  const { type = '', kubeConfigFile: file = '' } = info as Readonly<Record<string, string>>
  if (type === '') yield required(`${path}.type`)
  else if (type === 'InClusterConfig') {
    yield fieldForbidden(`${path}.type`, 'this server runs in no pod: name a kubeconfig')
  } else if (type !== 'KubeConfigFile') {
    yield notSupported(`${path}.type`, type, ['InClusterConfig', 'KubeConfigFile'])
  } else if (file === '') yield required(`${path}.kubeConfigFile`)
  else if (!file.startsWith('/')) yield invalid(`${path}.kubeConfigFile`, file, 'must be an absolute path')
}
