// What a policy file may hold, and what is said of what it may not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAuditPolicy } from './policy-file.ts'

const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n'
const read = (text: string) => readAuditPolicy('/p.yaml', head + text)

test('a policy as upstream documents it', () => {
  const policy = read(`omitStages: [RequestReceived]
rules:
  - level: RequestResponse
    resources: [{group: "", resources: [pods]}]
  - level: None
    users: ["system:kube-proxy"]
    verbs: [watch]
    resources: [{group: "", resources: [endpoints, services]}]
  - level: None
    userGroups: ["system:authenticated"]
    nonResourceURLs: ["/api*", "/version"]
  - level: Request
    resources: [{group: "", resources: [configmaps], resourceNames: [controller-leader]}]
    namespaces: [kube-system]
    omitManagedFields: true
  - level: Metadata
    omitStages: [Panic]
`)
  assert.deepEqual(policy.omitStages, ['RequestReceived'])
  assert.equal(policy.omitManagedFields, false)
  assert.deepEqual(
    policy.rules.map(({ level }) => level),
    ['RequestResponse', 'None', 'None', 'Request', 'Metadata'],
  )
  assert.deepEqual(policy.rules[3], {
    level: 'Request',
    users: [],
    userGroups: [],
    verbs: [],
    resources: [{ group: '', resources: ['configmaps'], resourceNames: ['controller-leader'] }],
    namespaces: ['kube-system'],
    nonResourceURLs: [],
    omitStages: [],
    omitManagedFields: true,
  })
})

for (const [what, text, why] of [
  ['no rules', 'rules: []', /loaded illegal policy with 0 rules$/],
  ['no level', 'rules: [{}]', /rules\[0\]\.level: Required value$/],
  [
    'another level',
    'rules: [{level: All}]',
    /rules\[0\]\.level: Unsupported value: "All": supported values: "/,
  ],
  [
    'another field',
    'rules: [{level: None, user: [a]}]',
    /rules\[0\]\.user: Forbidden: there is no such field$/,
  ],
  ['another stage', 'rules: [{level: None, omitStages: [End]}]', /omitStages\[0\]: Unsupported value: "End"/],
  [
    'a stage for all',
    'omitStages: [End]\nrules: [{level: None}]',
    /: omitStages\[0\]: Unsupported value: "End"/,
  ],
  [
    'resources and paths',
    'rules: [{level: None, nonResourceURLs: ["/a"], namespaces: [b]}]',
    /rules cannot apply to both regular resources and non-resource URLs$/,
  ],
  ['a path without /', 'rules: [{level: None, nonResourceURLs: [a]}]', /must begin with a '\/' character$/],
  [
    'a wildcard inside',
    'rules: [{level: None, nonResourceURLs: ["/a*b"]}]',
    /wildcards '\*' must be the final character of the rule$/,
  ],
  [
    'names without resources',
    'rules: [{level: None, resources: [{resourceNames: [a]}]}]',
    /using resourceNames requires at least one resource$/,
  ],
  [
    'a group with a version',
    'rules: [{level: None, resources: [{group: apps/v1}]}]',
    /resources\[0\]\.group: Invalid/,
  ],
  ['a text for a list', 'rules: [{level: None, users: jane}]', /rules\[0\]\.users: Invalid value: "jane"/],
] as const) {
  test(`a policy with ${what} is refused`, () => {
    assert.throws(
      () => read(text),
      (error: Error) => {
        assert.match(error.message, /^failed to load audit policy from file "\/p\.yaml": /)
        assert.match(error.message, why)
        return true
      },
    )
  })
}

test('another kind is refused', () => {
  assert.throws(() => readAuditPolicy('/p', 'kind: Policy\napiVersion: audit.k8s.io/v1beta1\n'), {
    message: 'failed to load audit policy from file "/p": it is no Policy of audit.k8s.io/v1',
  })
})
