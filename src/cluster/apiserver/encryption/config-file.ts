import { parseYaml } from '#apiserver'
import { type FieldError, invalid, required } from '#base/field-error'
import { aesKeyBytes, type SealKey, secretBoxKeyBytes } from '#store'
import { type Members, unknownFields } from '../admission/members.ts'

/** How the values of some resources are kept: the first provider makes new values, all of them read. */
export interface ResourceProviders {
  /** `secrets`, `deployments.apps`, or all of a group or of all groups: `*.`, `*.apps`, `*.*`. */
  readonly resources: readonly string[]
  readonly providers: readonly Provider[]
}

/** One way of keeping values. With several keys the first one makes new values. */
export type Provider =
  | { readonly kind: 'identity' }
  | { readonly kind: KeyedProvider; readonly keys: readonly SealKey[] }

/** Providers that are given their keys in the file. */
export type KeyedProvider = 'aescbc' | 'aesgcm' | 'secretbox'

const keyBytes: Readonly<Record<KeyedProvider, readonly number[]>> = {
  aescbc: aesKeyBytes,
  aesgcm: aesKeyBytes,
  secretbox: [secretBoxKeyBytes],
}

const version = 'apiserver.config.k8s.io/v1'

/** Reads an EncryptionConfiguration. @throws Error with everything that is wrong with it; never tells a secret. */
export function readEncryptionConfig(path: string, text: string): ResourceProviders[] {
  const fail = (why: string): never => {
    throw new Error(`failed to load EncryptionConfiguration from file ${JSON.stringify(path)}: ${why}`)
  }
  const config = (parseYaml(text) ?? {}) as Members
  if (config['kind'] !== 'EncryptionConfiguration' || config['apiVersion'] !== version)
    fail(`it is no EncryptionConfiguration of ${version}`)
  const errors = [...configErrors(config)]
  if (errors.length > 0) fail(errors.map((error) => `${error.path}: ${error.body}`).join(', '))
  return listOf(config['resources']).map((one) => ({
    resources: one['resources'] as string[],
    providers: listOf(one['providers']).map(providerOf),
  }))
}

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? (value as Members[]) : [])

function providerOf(provider: Members): Provider {
  const kind = Object.keys(provider)[0] as Provider['kind']
  if (kind === 'identity') return { kind }
  const keys = listOf((provider[kind] as Members)['keys'])
  return {
    kind,
    keys: keys.map(({ name, secret }) => ({
      name: name as string,
      secret: Buffer.from(secret as string, 'base64'),
    })),
  }
}

function* configErrors(config: Members): Iterable<FieldError> {
  yield* unknownFields(config, ['kind', 'apiVersion', 'resources'], '')
  const all = listOf(config['resources'])
  if (all.length === 0) yield required('resources', 'at least one resource is required')
  const seen = new Set<string>()
  for (const [i, one] of all.entries()) {
    const path = `resources[${i}]`
    yield* unknownFields(one, ['resources', 'providers'], path)
    yield* resourceErrors(one['resources'], `${path}.resources`, seen)
    const providers = listOf(one['providers'])
    if (providers.length === 0) yield required(`${path}.providers`, 'at least one provider is required')
    for (const [k, provider] of providers.entries())
      yield* providerErrors(provider, `${path}.providers[${k}]`)
  }
}

const everything = '*.*'

function* resourceErrors(value: unknown, path: string, seen: Set<string>): Iterable<FieldError> {
  const names = Array.isArray(value) ? (value as unknown[]) : []
  if (names.length === 0) yield required(path, 'at least one resource is required')
  for (const [i, name] of names.entries()) {
    const why = resourceFault(name)
    if (why !== undefined) yield invalid(`${path}[${i}]`, name, why)
    else if (seen.has(name as string)) yield invalid(`${path}[${i}]`, name, 'the resource is named twice')
    seen.add(name as string)
  }
  if (names.length > 1 && names.includes(everything)) yield invalid(path, names, masked)
}

const masked = `using overlapping resources such as 'secrets' and '${everything}' in the same resource list is not allowed as they will be masked`

function resourceFault(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'it takes the name of a resource'
  if (name === '*')
    return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources"
  if (name !== name.toLowerCase()) return 'resource name should not contain capital letters'
  return name.startsWith('*.') || !name.includes('*')
    ? undefined
    : 'encrypting the same resource across groups is not supported'
}

const known: readonly string[] = ['aesgcm', 'aescbc', 'secretbox', 'identity', 'kms']

function* providerErrors(provider: Members, path: string): Iterable<FieldError> {
  const kinds = Object.keys(provider ?? {})
  const [kind = ''] = kinds
  if (kinds.length > 1)
    yield invalid(
      path,
      kinds,
      'more than one provider specified in a single element, should split into different list elements',
    )
  else if (!known.includes(kind))
    yield invalid(
      path,
      kinds,
      'provider does not contain any of the expected providers: AESGCM, AESCBC, Secretbox, Identity',
    )
  else if (kind === 'kms')
    yield invalid(
      `${path}.kms`,
      '',
      'key management services are not spoken to: use aesgcm, secretbox or aescbc',
    )
  else if (kind !== 'identity')
    yield* keysErrors(provider[kind] as Members, `${path}.${kind}`, keyBytes[kind as KeyedProvider])
}

function* keysErrors(value: Members, path: string, lengths: readonly number[]): Iterable<FieldError> {
  yield* unknownFields(value ?? {}, ['keys'], path)
  const keys = listOf(value?.['keys'])
  if (keys.length === 0) yield required(`${path}.keys`, 'at least one keys is required')
  for (const [i, key] of keys.entries()) yield* keyErrors(key, `${path}.keys[${i}]`, lengths)
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function* keyErrors(
  { name, secret }: Members,
  path: string,
  lengths: readonly number[],
): Iterable<FieldError> {
  if (typeof name !== 'string' || name === '')
    yield required(`${path}.name`, 'name is a mandatory field for a key')
  if (typeof secret !== 'string' || secret === '')
    return yield required(`${path}.secret`, 'secret is a mandatory field for a key')
  if (!base64.test(secret)) return yield invalid(`${path}.secret`, hidden, 'secrets must be base64 encoded')
  const { length } = Buffer.from(secret, 'base64')
  if (!lengths.includes(length))
    yield invalid(
      `${path}.secret`,
      hidden,
      `secret is not of the expected length, got ${length}, expected one of [${lengths.join(' ')}]`,
    )
}

/** What stands in messages where a secret was wrong. */
const hidden = 'REDACTED'
