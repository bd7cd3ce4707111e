// Which rule of a policy a request falls under.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessOf } from '../authorization/request-access.ts'
import { requestInfo } from '../request-info.ts'
import { type AuditLevel, type AuditPolicy, type AuditRule, scopeOf } from './policy.ts'

const all: AuditRule = {
  level: 'Metadata',
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
  omitStages: [],
}
const policyOf = (...rules: Partial<AuditRule>[]): AuditPolicy => ({
  rules: rules.map((rule) => ({ ...all, ...rule })),
  omitStages: [],
  omitManagedFields: false,
})
const jane = { name: 'jane', groups: ['dev'] }

function levelOf(policy: AuditPolicy, method: string, url: string, user = jane): AuditLevel {
  const info = requestInfo(method, url)
  assert.ok(info)
  return scopeOf(policy, accessOf({ info, user })).level
}

const pods = '/api/v1/namespaces/default/pods'
const group = (name: string, resources: string[] = [], resourceNames: string[] = []) => ({
  resources: [{ group: name, resources, resourceNames }],
})

for (const [what, rule, method, url, fits] of [
  ['any request', {}, 'GET', pods, true],
  ['any request', {}, 'GET', '/healthz', true],
  ['a user', { users: ['jane'] }, 'GET', pods, true],
  ['another user', { users: ['joe'] }, 'GET', pods, false],
  ['a group', { userGroups: ['ops', 'dev'] }, 'GET', pods, true],
  ['another group', { userGroups: ['ops'] }, 'GET', pods, false],
  ['a verb', { verbs: ['list'] }, 'GET', pods, true],
  ['another verb', { verbs: ['watch'] }, 'GET', pods, false],
  ['a namespace', { namespaces: ['default'] }, 'GET', pods, true],
  ['another namespace', { namespaces: ['other'] }, 'GET', pods, false],
  ['what has no namespace', { namespaces: [''] }, 'GET', '/api/v1/nodes', true],
  ['a namespace, for a path', { namespaces: [''] }, 'GET', '/healthz', false],
  ['a group of resources', group(''), 'GET', pods, true],
  ['another group of resources', group('apps'), 'GET', pods, false],
  ['a resource', group('', ['pods']), 'GET', pods, true],
  ['a resource, not its parts', group('', ['pods']), 'GET', `${pods}/a/log`, false],
  ['a part', group('', ['pods/log']), 'GET', `${pods}/a/log`, true],
  ['all parts', group('', ['pods/*']), 'GET', `${pods}/a/log`, true],
  ['all parts of a name', group('', ['*/status']), 'PUT', `${pods}/a/status`, true],
  ['all parts of another name', group('', ['*/status']), 'GET', `${pods}/a/log`, false],
  ['every resource', group('', ['*']), 'GET', `${pods}/a/log`, true],
  ['an object', group('', ['pods'], ['a']), 'GET', `${pods}/a`, true],
  ['another object', group('', ['pods'], ['b']), 'GET', `${pods}/a`, false],
  ['an object, for a list', group('', ['pods'], ['a']), 'GET', pods, false],
  ['a path', { nonResourceURLs: ['/healthz'] }, 'GET', '/healthz', true],
  ['paths', { nonResourceURLs: ['/healthz*'] }, 'GET', '/healthz/ping', true],
  ['other paths', { nonResourceURLs: ['/livez*'] }, 'GET', '/healthz', false],
  ['all paths, not resources', { nonResourceURLs: ['*'] }, 'GET', pods, false],
] as const satisfies readonly (readonly [string, Partial<AuditRule>, string, string, boolean])[]) {
  test(`a rule for ${what}: ${method} ${url}`, () => {
    assert.equal(levelOf(policyOf(rule), method, url), fits ? 'Metadata' : 'None')
  })
}

test('the first rule that fits counts, and adds its stages to those of the policy', () => {
  const policy: AuditPolicy = {
    ...policyOf(
      { users: ['joe'], level: 'Request' },
      { verbs: ['list'], level: 'None' },
      { omitStages: ['Panic'] },
    ),
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
  }
  assert.equal(levelOf(policy, 'GET', pods), 'None')
  const info = requestInfo('GET', `${pods}/a`)
  assert.ok(info)
  assert.deepEqual(scopeOf(policy, accessOf({ info, user: jane })), {
    level: 'Metadata',
    omitStages: ['RequestReceived', 'Panic'],
    omitManagedFields: true,
  })
})
