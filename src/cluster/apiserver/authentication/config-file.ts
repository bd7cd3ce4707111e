import { parseYaml } from '#apiserver'
import {
  duplicate,
  type FieldError,
  fieldForbidden,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import { type Members, unknownFields } from '../admission/members.ts'
import type { OidcSettings } from './settings.ts'

/** What an AuthenticationConfiguration says. */
export interface AuthenticationConfig {
  readonly issuers: readonly OidcSettings[]
  /** Whether nobody is let in, and to which paths; absent: as the flags say. */
  readonly anonymous?: { readonly enabled: boolean; readonly paths?: readonly string[] }
}

const versions = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`)
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512']

/** Reads an AuthenticationConfiguration. @throws Error with everything that is wrong with it. */
export function readAuthenticationConfig(path: string, text: string): AuthenticationConfig {
  const fail = (why: string): never => {
    throw new Error(`failed to load AuthenticationConfiguration from file ${JSON.stringify(path)}: ${why}`)
  }
  const config = (parseYaml(text) ?? {}) as Members
  if (config['kind'] !== 'AuthenticationConfiguration' || !versions.includes(config['apiVersion'] as string))
    fail(`it is no AuthenticationConfiguration of ${versions[0]}`)
  const errors = [...configErrors(config)]
  if (errors.length > 0) fail(errors.map((error) => `${error.path}: ${error.body}`).join(', '))
  const anonymous = config['anonymous'] as Members | undefined
  return {
    issuers: listOf(config['jwt']).map(issuerOf),
    ...(anonymous && { anonymous: anonymousOf(anonymous) }),
  }
}

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? (value as Members[]) : [])
const membersOf = (value: unknown): Members => (value ?? {}) as Members

function anonymousOf({ enabled, conditions }: Members): NonNullable<AuthenticationConfig['anonymous']> {
  const paths = listOf(conditions).map(({ path }) => path as string)
  return { enabled: enabled === true, ...(paths.length > 0 && { paths }) }
}

function issuerOf(jwt: Members): OidcSettings {
  const issuer = membersOf(jwt['issuer'])
  const { username, groups, uid } = membersOf(jwt['claimMappings'])
  const source = (value: unknown) => {
    const { claim, prefix } = membersOf(value)
    return { claim: claim as string, prefix: (prefix ?? '') as string }
  }
  const rules = listOf(jwt['claimValidationRules']).map(({ claim, requiredValue = '' }) => [
    claim,
    requiredValue,
  ])
  const uidClaim = membersOf(uid)['claim'] as string | undefined
  return {
    url: issuer['url'] as string,
    ...(typeof issuer['discoveryURL'] === 'string' && { discoveryUrl: issuer['discoveryURL'] }),
    audiences: issuer['audiences'] as string[],
    algorithms,
    claims: {
      username: source(username),
      ...(membersOf(groups)['claim'] !== undefined && { groups: source(groups) }),
      ...(uidClaim !== undefined && { uid: uidClaim }),
      required: Object.fromEntries(rules) as Record<string, string>,
    },
    ...(typeof issuer['certificateAuthority'] === 'string' && { ca: issuer['certificateAuthority'] }),
  }
}

function* configErrors(config: Members): Iterable<FieldError> {
  yield* unknownFields(config, ['kind', 'apiVersion', 'jwt', 'anonymous'], '')
  const urls = new Set<unknown>()
  for (const [i, jwt] of listOf(config['jwt']).entries()) {
    const path = `jwt[${i}]`
    yield* unknownFields(
      jwt,
      ['issuer', 'claimValidationRules', 'claimMappings', 'userValidationRules'],
      path,
    )
    const issuer = membersOf(jwt['issuer'])
    yield* issuerErrors(issuer, `${path}.issuer`)
    if (urls.has(issuer['url'])) yield duplicate(`${path}.issuer.url`, issuer['url'])
    urls.add(issuer['url'])
    yield* ruleErrors(jwt, path)
    yield* mappingErrors(membersOf(jwt['claimMappings']), `${path}.claimMappings`)
  }
  const anonymous = config['anonymous'] as Members | undefined
  if (anonymous !== undefined) yield* anonymousErrors(anonymous)
}

const issuerFields = [
  'url',
  'discoveryURL',
  'certificateAuthority',
  'audiences',
  'audienceMatchPolicy',
  'egressSelectorType',
]

function* issuerErrors(issuer: Members, path: string): Iterable<FieldError> {
  yield* unknownFields(issuer, issuerFields, path)
  const { url, discoveryURL, audiences, audienceMatchPolicy: policy = '' } = issuer
  if (url === undefined || url === '') yield required(`${path}.url`, 'URL is required')
  else yield* urlErrors(url, `${path}.url`)
  if (discoveryURL !== undefined) yield* urlErrors(discoveryURL, `${path}.discoveryURL`)
  const names = Array.isArray(audiences) ? (audiences as unknown[]) : []
  if (names.length === 0)
    yield required(
      `${path}.audiences`,
      'at least one jwt[0].issuer.audiences is required'.replace('jwt[0]', path.split('.')[0] as string),
    )
  if (names.length > 1 && policy !== 'MatchAny')
    yield invalid(
      `${path}.audienceMatchPolicy`,
      policy,
      'audienceMatchPolicy must be MatchAny for multiple audiences',
    )
  if (policy !== '' && policy !== 'MatchAny')
    yield notSupported(`${path}.audienceMatchPolicy`, policy, ['MatchAny'])
  if (issuer['egressSelectorType'] !== undefined)
    yield fieldForbidden(`${path}.egressSelectorType`, 'there are no egress selectors here')
}

function* urlErrors(url: unknown, path: string): Iterable<FieldError> {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined) return yield invalid(path, url, 'it takes a URL')
  if (parsed.protocol !== 'https:') yield invalid(path, url, 'URL scheme must be https')
  if (parsed.username !== '') yield invalid(path, url, 'URL must not contain a username or password')
  if (parsed.search !== '') yield invalid(path, url, 'URL must not contain a query')
  if (parsed.hash !== '') yield invalid(path, url, 'URL must not contain a fragment')
}

/** Expressions are refused by name: nothing here can evaluate them. */
const noExpressions = 'expressions are not evaluated: name a claim'

function* ruleErrors(jwt: Members, path: string): Iterable<FieldError> {
  for (const [i, rule] of listOf(jwt['claimValidationRules']).entries()) {
    const at = `${path}.claimValidationRules[${i}]`
    yield* unknownFields(rule, ['claim', 'requiredValue', 'expression', 'message'], at)
    if (rule['expression'] !== undefined) yield fieldForbidden(`${at}.expression`, noExpressions)
    else if ((rule['claim'] ?? '') === '') yield required(at, 'claim or expression is required')
  }
  if (listOf(jwt['userValidationRules']).length > 0)
    yield fieldForbidden(`${path}.userValidationRules`, noExpressions)
}

function* mappingErrors(mappings: Members, path: string): Iterable<FieldError> {
  yield* unknownFields(mappings, ['username', 'groups', 'uid', 'extra'], path)
  yield* sourceErrors(membersOf(mappings['username']), `${path}.username`, true)
  if (mappings['groups'] !== undefined)
    yield* sourceErrors(membersOf(mappings['groups']), `${path}.groups`, true)
  if (mappings['uid'] !== undefined) yield* sourceErrors(membersOf(mappings['uid']), `${path}.uid`, false)
  if (mappings['extra'] !== undefined) yield fieldForbidden(`${path}.extra`, noExpressions)
}

function* sourceErrors(source: Members, path: string, hasPrefix: boolean): Iterable<FieldError> {
  yield* unknownFields(source, ['claim', 'expression', ...(hasPrefix ? ['prefix'] : [])], path)
  if (source['expression'] !== undefined) return yield fieldForbidden(`${path}.expression`, noExpressions)
  if ((source['claim'] ?? '') === '') yield required(path, 'claim or expression is required')
  else if (hasPrefix && source['prefix'] === undefined)
    yield required(
      `${path}.prefix`,
      'prefix is required when claim is set. It can be set to an empty string to disable prefixing',
    )
}

function* anonymousErrors(anonymous: Members): Iterable<FieldError> {
  yield* unknownFields(anonymous, ['enabled', 'conditions'], 'anonymous')
  const conditions = listOf(anonymous['conditions'])
  if (conditions.length > 0 && anonymous['enabled'] !== true)
    yield invalid(
      'anonymous.conditions',
      conditions,
      'enabled should be set to true when conditions are defined',
    )
  for (const [i, condition] of conditions.entries()) {
    yield* unknownFields(condition, ['path'], `anonymous.conditions[${i}]`)
    if (typeof condition['path'] !== 'string') yield required(`anonymous.conditions[${i}].path`)
  }
}
