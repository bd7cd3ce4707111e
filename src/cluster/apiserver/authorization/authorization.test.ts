import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFlags } from '#base/flags'
import { apiServerFlags } from '../flags.ts'
import { readAuthorizationConfig } from './config-file.ts'
import { authorizationFromFlags } from './from-flags.ts'

const fromFlags = (...args: string[]) => authorizationFromFlags(parseFlags(apiServerFlags, args).values)

test('modes and their files', () => {
  assert.deepEqual(fromFlags(), { modes: ['AlwaysAllow'] })
  assert.deepEqual(fromFlags('--authorization-mode=Node,RBAC'), { modes: ['Node', 'RBAC'] })
  assert.deepEqual(fromFlags('--authorization-mode=ABAC', '--authorization-policy-file=/p'), {
    modes: ['ABAC'],
    policyFile: '/p',
  })
  const webhook = fromFlags(
    '--authorization-mode=Webhook',
    '--authorization-webhook-config-file=/w',
    '--authorization-webhook-version=v1',
    '--authorization-webhook-cache-authorized-ttl=1m',
  )
  assert.deepEqual(webhook, {
    modes: ['Webhook'],
    webhook: {
      version: 'v1',
      authorizedMs: 60_000,
      unauthorizedMs: 30_000,
      timeoutMs: 30_000,
      onFailure: 'NoOpinion',
      kubeconfig: '/w',
    },
  })
  assert.deepEqual(fromFlags('--authorization-config=/c'), { configFile: '/c' })
})

const wrongFlags: readonly (readonly [readonly string[], string])[] = [
  [['--authorization-mode=Magic'], 'authorization-mode "Magic" is not a valid mode'],
  [['--authorization-mode=ABAC'], "authorization-mode ABAC's authorization policy file not passed"],
  [['--authorization-mode=Webhook'], "authorization-mode Webhook's authorization config file not passed"],
  [['--authorization-policy-file=/p'], 'cannot specify --authorization-policy-file without mode ABAC'],
  [
    ['--authorization-webhook-config-file=/p'],
    'cannot specify --authorization-webhook-config-file without mode Webhook',
  ],
  [
    ['--authorization-mode=RBAC,RBAC'],
    'authorization-mode ["RBAC" "RBAC"] has mode specified more than once',
  ],
  [
    ['--authorization-mode=RBAC', '--authorization-config=/c'],
    '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
  ],
]
for (const [flags, message] of wrongFlags) {
  test(`refused: ${flags.join(' ')}`, () => {
    assert.throws(() => fromFlags(...flags), { message })
  })
}

const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\n'
const webhook = {
  timeout: '3s',
  subjectAccessReviewVersion: 'v1',
  matchConditionSubjectAccessReviewVersion: 'v1',
  failurePolicy: 'Deny',
  connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: '/w' },
}
const read = (authorizers: unknown) =>
  readAuthorizationConfig('/c', `${head}authorizers: ${JSON.stringify(authorizers)}`)

test('a configuration names authorizers in order', () => {
  const authorizers = read([
    { type: 'Webhook', name: 'first', webhook },
    { type: 'Webhook', name: 'second', webhook: { ...webhook, authorizedTTL: '1m' } },
    { type: 'Node', name: 'node' },
  ])
  const settings = {
    version: 'v1',
    authorizedMs: 300_000,
    unauthorizedMs: 30_000,
    timeoutMs: 3_000,
    onFailure: 'Deny',
    kubeconfig: '/w',
  }
  assert.deepEqual(authorizers, [
    { type: 'Webhook', webhook: settings },
    { type: 'Webhook', webhook: { ...settings, authorizedMs: 60_000 } },
    { type: 'Node' },
  ])
})

const hook = (change: object) => [{ type: 'Webhook', name: 'a', webhook: { ...webhook, ...change } }]
const wrongConfigs: readonly (readonly [unknown, string])[] = [
  [[], 'authorizers: Required value: at least one authorization mode must be defined'],
  [[{ name: 'a' }], 'authorizers[0].type: Required value'],
  [
    [{ type: 'Magic', name: 'a' }],
    'authorizers[0].type: Unsupported value: "Magic": supported values: "ABAC", "AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "Webhook"',
  ],
  [
    [
      { type: 'RBAC', name: 'a' },
      { type: 'RBAC', name: 'b' },
    ],
    'authorizers[1].type: Duplicate value: "RBAC"',
  ],
  [
    [
      { type: 'RBAC', name: 'a' },
      { type: 'Node', name: 'a' },
    ],
    'authorizers[1].name: Duplicate value: "a"',
  ],
  [[{ type: 'RBAC' }], 'authorizers[0].name: Required value'],
  [
    [{ type: 'RBAC', name: 'a', webhook }],
    'authorizers[0].webhook: Invalid value: "non-null": may only be specified when type=Webhook',
  ],
  [[{ type: 'Webhook', name: 'a' }], 'authorizers[0].webhook: Required value: required when type=Webhook'],
  [hook({ timeout: '31s' }), 'authorizers[0].timeout: Invalid value: "31s": must be > 0s and <= 30s'],
  [hook({ timeout: undefined }), 'authorizers[0].timeout: Required value'],
  [
    hook({ failurePolicy: 'x' }),
    'authorizers[0].failurePolicy: Unsupported value: "x": supported values: "NoOpinion", "Deny"',
  ],
  [
    hook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: 'w' } }),
    'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "w": must be an absolute path',
  ],
  [
    hook({ matchConditions: [{ expression: 'true' }] }),
    'authorizers[0].matchConditions: Forbidden: this server evaluates no CEL expressions',
  ],
  [hook({ timeOut: '3s' }), 'authorizers[0].timeOut: Forbidden: there is no such field'],
]
for (const [authorizers, fault] of wrongConfigs) {
  test(`refused: ${fault}`, () => {
    const message = `failed to load AuthorizationConfiguration from file "/c": ${fault}`
    assert.throws(() => read(authorizers), { message })
  })
}

test('a configuration of another kind is refused', () => {
  assert.throws(
    () => readAuthorizationConfig('/c', 'kind: Pod\n'),
    /it is no AuthorizationConfiguration of apiserver.config.k8s.io\/v1$/,
  )
})
