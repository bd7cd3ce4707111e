// What an EncryptionConfiguration may hold, and what is said of what it may not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEncryptionConfig } from './config-file.ts'

const head = 'kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\n'
const read = (text: string) => readEncryptionConfig('/e.yaml', head + text)
const secret = Buffer.alloc(32, 7).toString('base64')
const withKey = (provider: string, key: string) =>
  `resources: [{resources: [secrets], providers: [{${provider}: {keys: [${key}]}}]}]`

test('a configuration as upstream documents it', () => {
  const [first, second] = read(`resources:
  - resources: [secrets, configmaps, pandas.awesome.bears.example]
    providers:
      - aesgcm: {keys: [{name: key1, secret: ${secret}}, {name: key2, secret: ${secret}}]}
      - identity: {}
  - resources: ['*.apps', '*.']
    providers:
      - secretbox: {keys: [{name: key1, secret: ${secret}}]}
`)
  assert.deepEqual(first?.resources, ['secrets', 'configmaps', 'pandas.awesome.bears.example'])
  assert.deepEqual(
    first?.providers.map((one) =>
      one.kind === 'identity' ? one.kind : `${one.kind} ${one.keys.map(({ name }) => name).join()}`,
    ),
    ['aesgcm key1,key2', 'identity'],
  )
  const [box] = second?.providers ?? []
  assert.deepEqual(box?.kind === 'secretbox' && Buffer.from(box.keys[0]?.secret ?? []), Buffer.alloc(32, 7))
})

for (const [what, text, why] of [
  ['no resources', 'resources: []', /: resources: Required value: at least one resource is required$/],
  [
    'a rule without names',
    `resources: [{providers: [{identity: {}}]}]`,
    /resources\[0\]\.resources: Required value/,
  ],
  [
    'no providers',
    'resources: [{resources: [secrets]}]',
    /providers: Required value: at least one provider is required$/,
  ],
  [
    'two providers in one',
    'resources: [{resources: [secrets], providers: [{identity: {}, aescbc: {}}]}]',
    /more than one provider specified in a single element, should split into different list elements$/,
  ],
  [
    'another provider',
    'resources: [{resources: [secrets], providers: [{rot13: {}}]}]',
    /provider does not contain any of the expected providers/,
  ],
  [
    'a key management service',
    'resources: [{resources: [secrets], providers: [{kms: {}}]}]',
    /are not spoken to/,
  ],
  [
    'no keys',
    'resources: [{resources: [secrets], providers: [{aescbc: {}}]}]',
    /aescbc\.keys: Required value/,
  ],
  ['a key without a name', withKey('aescbc', `{secret: ${secret}}`), /name is a mandatory field for a key$/],
  ['a key without a secret', withKey('aescbc', '{name: a}'), /secret is a mandatory field for a key$/],
  [
    'a secret that is no base64',
    withKey('aescbc', "{name: a, secret: 'h!dden'}"),
    /secrets must be base64 encoded$/,
  ],
  [
    'a short secret',
    withKey('secretbox', `{name: a, secret: ${Buffer.alloc(16).toString('base64')}}`),
    /secret is not of the expected length, got 16, expected one of \[32\]$/,
  ],
  ['a star', 'resources: [{resources: ["*"], providers: [{identity: {}}]}]', /use '\*\.' to encrypt all/],
  [
    'capitals',
    'resources: [{resources: [Secrets], providers: [{identity: {}}]}]',
    /should not contain capital letters$/,
  ],
  [
    'a resource of all groups',
    'resources: [{resources: ["secrets.*"], providers: [{identity: {}}]}]',
    /encrypting the same resource across groups is not supported$/,
  ],
  ['a resource twice', 'resources: [{resources: [a, a], providers: [{identity: {}}]}]', /is named twice$/],
  [
    'everything and more',
    'resources: [{resources: [a, "*.*"], providers: [{identity: {}}]}]',
    /as they will be masked$/,
  ],
  [
    'another field',
    'resources: [{resource: [a]}]',
    /resources\[0\]\.resource: Forbidden: there is no such field/,
  ],
] as const) {
  test(`a configuration with ${what} is refused`, () => {
    assert.throws(
      () => read(text),
      (error: Error) => {
        assert.match(error.message, /^failed to load EncryptionConfiguration from file "\/e\.yaml": /)
        assert.match(error.message, why)
        assert.doesNotMatch(error.message, /h!dden/)
        return true
      },
    )
  })
}
