// Issuers of OpenID Connect, as flags and files describe them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFlags } from '#base/flags'
import { readAuthenticationConfig } from './config-file.ts'
import { oidcFlags } from './oidc-flags.ts'
import { oidcFromFlags } from './from-flags.ts'

const fromArgs = (...args: string[]) => oidcFromFlags(parseFlags(oidcFlags, args).values)
const issuer = ['--oidc-issuer-url=https://i', '--oidc-client-id=c']

test('flags: names are told apart by their issuer, unless that is turned off or they are addresses', () => {
  const prefixOf = (...args: string[]) => fromArgs(...issuer, ...args)?.claims.username
  assert.deepEqual(prefixOf(), { claim: 'sub', prefix: 'https://i#' })
  assert.deepEqual(prefixOf('--oidc-username-prefix=-'), { claim: 'sub', prefix: '' })
  assert.deepEqual(prefixOf('--oidc-username-prefix=x:'), { claim: 'sub', prefix: 'x:' })
  assert.deepEqual(prefixOf('--oidc-username-claim=email'), { claim: 'email', prefix: '' })
})

test('flags: all of them', () => {
  assert.equal(fromArgs(), undefined)
  const more = [
    '--oidc-groups-claim=g',
    '--oidc-groups-prefix=p:',
    '--oidc-signing-algs=ES256',
    '--oidc-required-claim=a=b',
  ]
  assert.deepEqual(fromArgs(...issuer, ...more, '--oidc-ca-file=/ca'), {
    url: 'https://i',
    audiences: ['c'],
    algorithms: ['ES256'],
    claims: {
      username: { claim: 'sub', prefix: 'https://i#' },
      groups: { claim: 'g', prefix: 'p:' },
      required: { a: 'b' },
    },
    caFile: '/ca',
  })
})

for (const [args, why] of [
  [['--oidc-issuer-url=https://i'], /must be specified together/],
  [[...issuer, '--oidc-signing-algs=HS256'], /^oidc: unsupported signing alg: "HS256"$/],
  [['--oidc-issuer-url=http://i', '--oidc-client-id=c'], /it takes an https URL$/],
  [[...issuer, '--authentication-config=/f'], /mutually exclusive$/],
] as const) {
  test(`flags: ${args.join(' ')} is refused`, () => {
    assert.throws(() => fromArgs(...args), { message: why })
  })
}

const head = 'kind: AuthenticationConfiguration\napiVersion: apiserver.config.k8s.io/v1\n'
const read = (text: string) => readAuthenticationConfig('/a.yaml', head + text)
const jwt = (more: string, issuerMore = '') =>
  `jwt: [{issuer: {url: 'https://i', audiences: [c]${issuerMore}}, ${more}}]`
const mapped = `claimMappings: {username: {claim: sub, prefix: ''}}`

test('a file: issuers with their claims, and nobody on some paths', () => {
  const config = read(`jwt:
  - issuer: {url: 'https://i', discoveryURL: 'https://d/x', audiences: [a, b], audienceMatchPolicy: MatchAny, certificateAuthority: PEM}
    claimValidationRules: [{claim: hd, requiredValue: example.com}]
    claimMappings:
      username: {claim: sub, prefix: 'i:'}
      groups: {claim: roles, prefix: ''}
      uid: {claim: id}
anonymous: {enabled: true, conditions: [{path: /livez}]}
`)
  assert.deepEqual(config.anonymous, { enabled: true, paths: ['/livez'] })
  const { algorithms, ...rest } = config.issuers[0] ?? { algorithms: [] }
  assert.equal(algorithms.length, 9)
  assert.deepEqual(rest, {
    url: 'https://i',
    discoveryUrl: 'https://d/x',
    audiences: ['a', 'b'],
    claims: {
      username: { claim: 'sub', prefix: 'i:' },
      groups: { claim: 'roles', prefix: '' },
      uid: 'id',
      required: { hd: 'example.com' },
    },
    ca: 'PEM',
  })
})

for (const [what, text, why] of [
  [
    'no URL',
    `jwt: [{issuer: {audiences: [c]}, ${mapped}}]`,
    /jwt\[0\]\.issuer\.url: Required value: URL is required/,
  ],
  [
    'a plain URL',
    `jwt: [{issuer: {url: 'http://i', audiences: [c]}, ${mapped}}]`,
    /URL scheme must be https$/,
  ],
  [
    'no audience',
    `jwt: [{issuer: {url: 'https://i'}, ${mapped}}]`,
    /at least one jwt\[0\]\.issuer\.audiences is required$/,
  ],
  [
    'two audiences',
    `jwt: [{issuer: {url: 'https://i', audiences: [a, b]}, ${mapped}}]`,
    /must be MatchAny for multiple audiences$/,
  ],
  ['no prefix', jwt('claimMappings: {username: {claim: sub}}'), /prefix is required when claim is set/],
  [
    'no name',
    jwt('claimMappings: {}'),
    /claimMappings\.username: Required value: claim or expression is required$/,
  ],
  [
    'an expression',
    jwt('claimMappings: {username: {expression: claims.sub}}'),
    /username\.expression: Forbidden: expressions are not evaluated/,
  ],
  [
    'a rule by expression',
    jwt(`${mapped}, claimValidationRules: [{expression: 'true'}]`),
    /expressions are not evaluated/,
  ],
  [
    'rules of users',
    jwt(`${mapped}, userValidationRules: [{expression: 'true'}]`),
    /userValidationRules: Forbidden/,
  ],
  [
    'an issuer twice',
    `jwt: [{issuer: &i {url: 'https://i', audiences: [c]}, ${mapped}}, {issuer: *i, ${mapped}}]`,
    /jwt\[1\]\.issuer\.url: Duplicate value/,
  ],
  [
    'conditions of nobody',
    'anonymous: {enabled: false, conditions: [{path: /a}]}',
    /enabled should be set to true when conditions are defined$/,
  ],
  ['another field', 'jwts: []', /jwts: Forbidden: there is no such field$/],
] as const) {
  test(`a file with ${what} is refused`, () => {
    assert.throws(
      () => read(text),
      (error: Error) => {
        assert.match(error.message, /^failed to load AuthenticationConfiguration from file "\/a\.yaml": /)
        assert.match(error.message, why)
        return true
      },
    )
  })
}
