// Who may do what, as upstream's kubectl meets it: roles, nodes, impersonation, another server that decides.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Kubectl } from '#testkit/host/kubectl-runner'
import { type RunningApiServer, startApiServer } from '#testkit/host/kubeling'
import { tempDir, until } from '#testkit/host/process'
import { kubectlVersions, noKubectl, upstreamKubectl } from '#testkit/host/upstream-kubectl'

const version = kubectlVersions.at(-1) as string
const program = upstreamKubectl(version)
const skip = program === undefined ? noKubectl(version) : false
const options = { skip, timeout: 120_000 }

const users = [
  'admin-token,admin,1,system:masters',
  'jane-token,jane,2,dev',
  'bob-token,bob,3',
  'n1-token,system:node:n1,4,system:nodes',
  'n2-token,system:node:n2,5,system:nodes',
]

/** A server with its users, and a kubectl for each of them. */
async function start(t: TestContext, ...args: string[]) {
  const tokens = join(tempDir(t), 'tokens.csv')
  writeFileSync(tokens, `${users.join('\n')}\n`)
  const server = await startApiServer(t, [`--token-auth-file=${tokens}`, ...args])
  return { server, as: (token: string) => kubectlWith(t, server, token) }
}

function kubectlWith(t: TestContext, { secureUrl, certDir }: RunningApiServer, token: string) {
  const kubectl = new Kubectl(t, program as string, secureUrl)
  const own = [`--token=${token}`, `--certificate-authority=${join(certDir, 'ca.crt')}`]
  return {
    file: (text: string) => kubectl.file(text),
    ok: (...args: string[]) => kubectl.ok(...own, ...args),
    /** The refusal of a command that must fail. */
    async refused(...args: string[]): Promise<string> {
      const { code, stdout, stderr } = await kubectl.run(...own, ...args)
      assert.notEqual(code, 0, `kubectl ${args.join(' ')} went through: ${stdout}`)
      return stderr.trim()
    },
    async canI(...args: string[]): Promise<string> {
      return (await kubectl.run(...own, 'auth', 'can-i', ...args)).stdout.trim()
    },
  }
}

const forbidden = (what: string) => `Error from server (Forbidden): ${what}`
const inDefault = 'in the namespace "default"'

const pod = (name: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  nodeName: n1
  serviceAccountName: robot
  containers: [{name: main, image: nginx}]
  volumes: [{name: s, secret: {secretName: used}}]
`

test('roles decide: what is allowed, what is refused, and in which words', options, async (t) => {
  const { server, as } = await start(t, '--authorization-mode=Node,RBAC')
  const [admin, jane, bob] = [as('admin-token'), as('jane-token'), as('bob-token')]
  const list = `pods is forbidden: User "jane" cannot list resource "pods" in API group "" ${inDefault}`

  await t.test('roles and bindings', async () => {
    assert.equal(await jane.refused('get', 'pods'), forbidden(list))
    assert.equal(await jane.canI('list', 'pods'), 'no')
    await admin.ok('create', 'role', 'reader', '--verb=get,list,watch', '--resource=pods')
    await admin.ok('create', 'rolebinding', 'readers', '--role=reader', '--group=dev')
    assert.equal(await jane.canI('list', 'pods'), 'yes')
    await jane.ok('get', 'pods')
    assert.match(await jane.canI('--list'), /^pods +\[\] +\[\] +\[get list watch\]$/m)
    assert.equal(
      await jane.refused('get', 'nodes'),
      forbidden(
        'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
      ),
    )
    assert.equal(
      await jane.refused('delete', 'pod', 'web'),
      forbidden(
        `pods "web" is forbidden: User "jane" cannot delete resource "pods" in API group "" ${inDefault}`,
      ),
    )
    assert.match(
      await jane.refused('get', '--raw', '/metrics'),
      /forbidden: User "jane" cannot get path "\/metrics"/,
    )
    await jane.ok('get', '--raw', '/version')
  })

  await t.test('an upgraded connection takes the same right', async () => {
    await admin.ok('create', 'serviceaccount', 'robot')
    await admin.ok('create', '-f', admin.file(pod('web')))
    assert.match(
      await jane.refused('exec', 'web', '--', 'ls'),
      /pods "web" is forbidden: User "jane" cannot (get|create) resource "pods\/exec" in API group "" in the namespace "default"/,
    )
    assert.match(await jane.refused('logs', 'web'), /cannot get resource "pods\/log"/)
  })

  await t.test('impersonation', async () => {
    await admin.ok('--as=jane', '--as-group=dev', '--as-group=cn=a, ou=b', 'get', 'pods')
    assert.match(
      await admin.ok('--as=jane', '--as-group=dev', '--as-group=cn=a, ou=b', 'auth', 'whoami'),
      /\[dev cn=a, ou=b system:authenticated\]/,
    )
    assert.equal(await admin.refused('--as=jane', 'get', 'pods'), forbidden(list))
    // Whoever may not ask what there is sees no refusal: kubectl remembers it from here.
    await bob.refused('get', 'pods')
    assert.match(
      await bob.refused('--as=jane', 'get', 'pods'),
      /pods is forbidden: User "bob" cannot impersonate-on:user-info:list resource "pods"/,
    )
    assert.equal(await admin.canI('create', 'pods', '--as=system:serviceaccount:default:robot'), 'no')
  })

  await t.test('nobody gives what they do not have', async () => {
    await admin.ok('create', 'clusterrole', 'binder', '--verb=create', '--resource=clusterrolebindings,roles')
    await admin.ok('create', 'clusterrolebinding', 'bob', '--clusterrole=binder', '--user=bob')
    const who =
      'user "bob" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:'
    const everything = '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}'
    assert.equal(
      await bob.refused('create', 'clusterrolebinding', 'mine', '--clusterrole=cluster-admin', '--user=bob'),
      `error: failed to create clusterrolebinding: clusterrolebindings.rbac.authorization.k8s.io "mine" is forbidden: ${who}\n${everything}`,
    )
    assert.match(
      await bob.refused('create', 'role', 'mine', '--verb=get', '--resource=secrets'),
      /\{APIGroups:\[""\], Resources:\["secrets"\], Verbs:\["get"\]\}$/,
    )
  })

  await t.test('a node reads what its pods use', async () => {
    const [n1, n2] = [as('n1-token'), as('n2-token')]
    await admin.ok('create', 'secret', 'generic', 'used', '--from-literal=a=b')
    await admin.ok('create', 'secret', 'generic', 'other', '--from-literal=a=b')
    await n1.ok('get', 'secret', 'used')
    const lost = (node: string, name: string) =>
      `secrets "${name}" is forbidden: User "system:node:${node}" cannot get resource "secrets" in API group "" ${inDefault}: no relationship found between node '${node}' and this object`
    assert.equal(await n1.refused('get', 'secret', 'other'), forbidden(lost('n1', 'other')))
    assert.equal(await n2.refused('get', 'secret', 'used'), forbidden(lost('n2', 'used')))
    await n1.ok('get', 'pods', '--field-selector=spec.nodeName=n1')
    assert.match(
      await n1.refused('get', 'pods'),
      /can only list\/watch pods with spec.nodeName field selector$/,
    )
    await n1.ok('create', 'token', 'robot', '--bound-object-kind=Pod', '--bound-object-name=web')
    assert.match(await n2.refused('create', 'token', 'robot'), /no relationship found between node 'n2'/)
  })

  await t.test('the token of a service account', async () => {
    const token = (await admin.ok('create', 'token', 'robot')).trim()
    const robot = kubectlWith(t, server, token)
    assert.match(
      await robot.refused('get', 'configmaps'),
      /User "system:serviceaccount:default:robot" cannot list resource "configmaps"/,
    )
    await admin.ok('create', 'rolebinding', 'robot', '--clusterrole=view', '--serviceaccount=default:robot')
    await robot.ok('get', 'configmaps')
    assert.match(await robot.refused('get', 'secrets'), /cannot list resource "secrets"/)
  })

  await t.test('roles gather, and kubectl reconciles', async () => {
    const crontabs = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: crontabs
  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
rules:
- {apiGroups: [stable.example.com], resources: [crontabs], verbs: [get]}
`
    assert.match(await admin.ok('auth', 'reconcile', '-f', admin.file(crontabs)), /crontabs reconciled/)
    await until('admin to have the rule', async () =>
      (await admin.ok('get', 'clusterrole', 'admin', '-o', 'yaml')).includes('stable.example.com'),
    )
  })
})

/** A server that lets jane list, forbids bob everything and has no opinion on others. */
async function decider(t: TestContext) {
  const asked: { user: string; groups?: string[] }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    request.on('end', () => {
      const { spec } = JSON.parse(text) as { spec: { user: string; resourceAttributes?: { verb: string } } }
      asked.push(spec)
      const allowed = spec.user === 'jane' && spec.resourceAttributes?.verb === 'list'
      const denied = spec.user === 'bob'
      const status = { allowed, ...(denied && { denied, reason: 'bob is on leave' }) }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', status }),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide` }
}

test('another server decides before the roles, by an AuthorizationConfiguration', options, async (t) => {
  const { asked, url } = await decider(t)
  const folder = tempDir(t)
  const kubeconfig = join(folder, 'webhook.yaml')
  const config = join(folder, 'authorization.yaml')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'decider', cluster: { server: url } }],
      contexts: [{ name: 'decider', context: { cluster: 'decider', user: '' } }],
      'current-context': 'decider',
    }),
  )
  writeFileSync(
    config,
    `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- type: Webhook
  name: decider
  webhook:
    timeout: 3s
    subjectAccessReviewVersion: v1
    failurePolicy: NoOpinion
    connectionInfo: {type: KubeConfigFile, kubeConfigFile: ${kubeconfig}}
- {type: RBAC, name: rbac}
`,
  )
  const { as } = await start(t, `--authorization-config=${config}`)
  const [admin, jane, bob, n1] = [as('admin-token'), as('jane-token'), as('bob-token'), as('n1-token')]
  await jane.ok('get', 'pods')
  const before = asked.length
  await jane.ok('get', 'pods')
  assert.ok(asked.length - before <= 1, 'answers are kept')
  assert.deepEqual(asked.find(({ user }) => user === 'jane')?.groups, ['dev', 'system:authenticated'])
  await admin.ok('create', 'clusterrolebinding', 'bob', '--clusterrole=cluster-admin', '--user=bob')
  assert.match(
    await bob.refused('get', '--raw', '/api/v1/pods'),
    /pods is forbidden: User "bob" cannot list resource "pods" in API group "" at the cluster scope: bob is on leave$/,
  )
  assert.match(await jane.refused('delete', 'pod', 'x'), /User "jane" cannot delete/)
  await admin.ok('create', 'clusterrolebinding', 'n1', '--clusterrole=view', '--user=system:node:n1')
  await n1.ok('get', 'pods')
  assert.ok(!asked.some(({ user }) => user === 'admin'), 'administrators pass first')
})

test('a policy file decides', options, async (t) => {
  const policies = join(tempDir(t), 'policies.jsonl')
  const policy = (spec: object) =>
    JSON.stringify({ apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec })
  writeFileSync(
    policies,
    [
      policy({ user: 'jane', namespace: 'default', resource: 'pods', readonly: true }),
      policy({ group: 'system:authenticated', readonly: true, nonResourcePath: '*' }),
    ].join('\n'),
  )
  const { as } = await start(t, '--authorization-mode=ABAC', `--authorization-policy-file=${policies}`)
  const jane = as('jane-token')
  await jane.ok('get', 'pods')
  assert.equal(
    await jane.refused('delete', 'pod', 'x'),
    forbidden(
      `pods "x" is forbidden: User "jane" cannot delete resource "pods" in API group "" ${inDefault}: No policy matched.`,
    ),
  )
  assert.match(await as('bob-token').refused('get', 'pods'), /No policy matched\.$/)
})
