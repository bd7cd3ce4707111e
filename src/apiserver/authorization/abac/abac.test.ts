import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Access, Verdict } from '../contract.ts'
import { abacAuthorizer } from './abac-authorizer.ts'
import { readPolicyFile } from './policy-file.ts'

const version = '"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy"'
const line = (spec: object) => `{${version},"spec":${JSON.stringify(spec)}}`

/** The examples of upstream's page about ABAC. */
const file = [
  '# who may do what',
  '',
  line({ user: 'alice', namespace: '*', resource: '*', apiGroup: '*' }),
  line({ user: 'kubelet', namespace: '*', resource: 'pods', readonly: true }),
  line({ user: 'kubelet', namespace: '*', resource: 'events' }),
  line({ user: 'bob', namespace: 'projectCaribou', resource: 'pods', readonly: true }),
  line({ group: 'system:authenticated', readonly: true, nonResourcePath: '*' }),
  line({ group: 'system:unauthenticated', readonly: true, nonResourcePath: '/version*' }),
].join('\n')

const ask = (
  text: string,
  user: string,
  verb: string,
  what: string,
  namespace = 'default',
  groups = ['system:authenticated'],
) => {
  const isResource = !what.startsWith('/')
  const [group = '', resource = ''] = what.includes('.') ? what.split('.') : ['', what]
  const access: Access = {
    user: { name: user, groups },
    verb,
    isResource,
    group: isResource ? group : '',
    version: 'v1',
    namespace: isResource ? namespace : '',
    resource: isResource ? resource : '',
    subresource: '',
    name: '',
    path: isResource ? '' : what,
  }
  const { decision, reason } = abacAuthorizer(readPolicyFile('/p', text)).authorize(access) as Verdict
  return decision === 'allow' ? 'yes' : reason
}

test('the documented examples', () => {
  const no = 'No policy matched.'
  assert.equal(ask(file, 'alice', 'delete', 'apps.deployments'), 'yes')
  assert.equal(ask(file, 'alice', 'post', '/x'), no)
  assert.equal(ask(file, 'kubelet', 'list', 'pods'), 'yes')
  assert.equal(ask(file, 'kubelet', 'delete', 'pods'), no)
  assert.equal(ask(file, 'kubelet', 'create', 'events'), 'yes')
  assert.equal(ask(file, 'bob', 'get', 'pods', 'projectCaribou'), 'yes')
  assert.equal(ask(file, 'bob', 'get', 'pods'), no)
  assert.equal(ask(file, 'bob', 'get', '/metrics'), 'yes')
  assert.equal(ask(file, 'nobody', 'get', '/version/x', '', ['system:unauthenticated']), 'yes')
  assert.equal(ask(file, 'nobody', 'get', '/metrics', '', ['system:unauthenticated']), no)
})

test('lines without a version mean everything that they leave out', () => {
  assert.equal(ask('{"user":"ann"}', 'ann', 'delete', 'apps.deployments'), 'yes')
  assert.equal(ask('{"user":"ann"}', 'ann', 'post', '/x'), 'yes')
  assert.equal(ask('{"user":"ann","resource":"pods"}', 'ann', 'get', '/x'), 'No policy matched.')
  assert.equal(ask('{"readonly":true}', 'eve', 'get', 'pods'), 'yes')
  assert.equal(
    ask('{"user":"*"}', 'eve', 'get', 'pods', 'a', ['system:unauthenticated']),
    'No policy matched.',
  )
})

test('a wrong line is told with its number', () => {
  const read = (text: string) => () => readPolicyFile('/p', text)
  assert.throws(
    read('\n{"user":1}'),
    /^Error: error reading policy file \/p, line 2: \{"user":1\}: user is no string$/,
  )
  assert.throws(read('{'), /line 1: \{: /)
  assert.throws(read('[]'), /it is no object/)
  assert.throws(read('{"apiVersion":"v1","kind":"Policy"}'), /it is no Policy of abac/)
})

test('the rules of somebody in a namespace', () => {
  const authorizer = abacAuthorizer(readPolicyFile('/p', file))
  assert.deepEqual(authorizer.rulesFor({ name: 'bob', groups: ['system:authenticated'] }, 'projectCaribou'), {
    resourceRules: [{ verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods'] }],
    nonResourceRules: [],
    incomplete: false,
    errors: [],
  })
})
