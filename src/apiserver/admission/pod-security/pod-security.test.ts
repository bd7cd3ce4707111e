// Pods, templates and namespaces under the labels of Pod Security: what is refused, what is warned of, and what is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'
import type { PodSecuritySettings } from './settings.ts'
import { podSecurityDefaults } from './settings.ts'

const label = (mode: string) => `pod-security.kubernetes.io/${mode}`
const namespace = (labels: Record<string, string>, name = 'n') => ({ metadata: { name, labels } })
const container = { name: 'c', image: 'x' }
const privileged = { ...container, securityContext: { privileged: true } }
const podOf = (one: object, name = 'p') => ({ metadata: { name }, spec: { containers: [one] } })
const pods = '/api/v1/namespaces/n/pods'
const fault = 'privileged (container "c" must not set securityContext.privileged=true)'

async function start(labels: Record<string, string>, podSecurity?: PodSecuritySettings) {
  const options = { admission: ['PodSecurity'], ...(podSecurity && { podSecurity }) }
  const api = await TestApi.start({ options })
  await api.ok('POST', '/api/v1/namespaces', namespace(labels))
  return api
}

const messageOf = ({ json }: { json: unknown }) => (json as { message: string }).message
const warningOf = ({ headers }: { headers: Readonly<Record<string, string>> }) => headers['warning'] ?? ''

test('a pod that falls short is refused, one that does not is taken', async () => {
  const api = await start({ [label('enforce')]: 'baseline' })
  const refused = await api.call('POST', pods, podOf(privileged))
  assert.equal(refused.status, 403)
  assert.equal(messageOf(refused), `pods "p" is forbidden: violates PodSecurity "baseline:latest": ${fault}`)
  const taken = await api.call('POST', pods, podOf(container))
  assert.equal(taken.status, 201)
  assert.equal(warningOf(taken), '')
  const elsewhere = await api.call('POST', '/api/v1/namespaces/default/pods', podOf(privileged))
  assert.equal(elsewhere.status, 201)
})

test('a level is warned of as it is refused, unless another is asked for', async () => {
  const warned = await start({ [label('enforce')]: 'privileged', [label('warn')]: 'baseline' })
  const taken = await warned.call('POST', pods, podOf(privileged))
  assert.equal(taken.status, 201)
  assert.equal(
    warningOf(taken),
    `299 - "would violate PodSecurity \\"baseline:latest\\": ${fault.replaceAll('"', '\\"')}"`,
  )
  const both = await start({ [label('enforce')]: 'baseline', [label('enforce-version')]: 'v1.20' })
  const { status, headers } = await both.call('POST', '/apis/apps/v1/namespaces/n/deployments', {
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [privileged] } },
    },
  })
  assert.equal(status, 201, 'templates are not refused')
  assert.match(warningOf({ headers }), /would violate PodSecurity \\"baseline:v1\.20\\"/)
})

test('templates of templates are looked at too', async () => {
  const api = await start({ [label('warn')]: 'baseline' })
  const template = { spec: { restartPolicy: 'Never', containers: [privileged] } }
  const answer = await api.call('POST', '/apis/batch/v1/namespaces/n/cronjobs', {
    metadata: { name: 'c' },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
  })
  assert.equal(answer.status, 201)
  assert.match(warningOf(answer), /would violate/)
})

test('a change is judged where it may make a difference', async () => {
  const api = await start({})
  await api.ok('POST', pods, podOf(privileged))
  const labels = { [label('enforce')]: 'baseline' }
  await api.ok('PUT', '/api/v1/namespaces/n', namespace(labels))
  const patch = { headers: { 'content-type': 'application/strategic-merge-patch+json' } }
  const named = await api.call('PATCH', `${pods}/p`, { metadata: { labels: { a: 'b' } } }, patch)
  assert.equal(named.status, 200)
  const images = { spec: { containers: [{ name: 'c', image: 'y' }] } }
  assert.equal((await api.call('PATCH', `${pods}/p`, images, patch)).status, 403)
  const helper = { spec: { ephemeralContainers: [{ name: 'e', image: 'x' }] } }
  const debugged = await api.call('PATCH', `${pods}/p/ephemeralcontainers`, helper, patch)
  assert.equal(debugged.status, 403)
})

test('labels that are wrong are refused, and stay where they were', async () => {
  const api = await TestApi.start({ options: { admission: ['PodSecurity'] } })
  const wrong = namespace({ [label('enforce')]: 'strict', [label('warn-version')]: 'v2' })
  const refused = await api.call('POST', '/api/v1/namespaces', wrong)
  assert.equal(refused.status, 422)
  assert.equal(
    messageOf(refused),
    'Namespace "n" is invalid: [' +
      'metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, ' +
      'metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "v2": must be "latest" or "v1.x"]',
  )
  for (const version of ['v1.07', '1.20', 'v1', 'v1.99999999999', 'newest'])
    assert.equal(
      (await api.call('POST', '/api/v1/namespaces', namespace({ [label('audit-version')]: version }))).status,
      422,
      version,
    )
})

test('who asks more of a namespace is told of the pods that fall short', async () => {
  const api = await start({})
  const owned = (name: string) => ({
    metadata: {
      name,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }],
    },
    spec: { containers: [privileged] },
  })
  for (const pod of [
    owned('b'),
    owned('a'),
    owned('c'),
    podOf({ ...container, ports: [{ containerPort: 1, hostPort: 1 }] }, 'z'),
  ])
    await api.ok('POST', pods, pod)
  const asked = await api.call('PUT', '/api/v1/namespaces/n', namespace({ [label('enforce')]: 'baseline' }))
  assert.equal(asked.status, 200)
  const warnings = warningOf(asked).split(/, (?=299)/)
  assert.deepEqual(warnings, [
    '299 - "existing pods in namespace \\"n\\" violate the new PodSecurity enforce level \\"baseline:latest\\""',
    '299 - "a (and 2 other pods): privileged"',
    '299 - "z: hostPort"',
  ])
  const same = await api.call(
    'PUT',
    '/api/v1/namespaces/n',
    namespace({ [label('enforce')]: 'baseline', x: 'y' }),
  )
  assert.equal(warningOf(same), '')
  const less = await api.call('PUT', '/api/v1/namespaces/n', namespace({ [label('enforce')]: 'privileged' }))
  assert.equal(warningOf(less), '')
})

test('exempt users, namespaces and runtime classes are left alone, and the defaults hold elsewhere', async () => {
  const standard = { level: 'baseline', version: 'latest' } as const
  const defaults = { enforce: standard, audit: standard, warn: standard }
  const settings = (exemptions: Partial<PodSecuritySettings['exemptions']>): PodSecuritySettings => ({
    defaults,
    exemptions: { ...podSecurityDefaults.exemptions, ...exemptions },
  })
  const statusWith = async (exemptions: Partial<PodSecuritySettings['exemptions']>) => {
    const api = await start({}, settings(exemptions))
    const pod = { metadata: { name: 'p' }, spec: { containers: [privileged], runtimeClassName: 'vm' } }
    return (await api.call('POST', pods, pod)).status
  }
  assert.equal(await statusWith({}), 403)
  assert.equal(await statusWith({ namespaces: ['n'] }), 201)
  assert.equal(await statusWith({ runtimeClasses: ['vm'] }), 201)
  assert.equal(await statusWith({ usernames: ['system:unsecured'] }), 201)
  assert.equal(await statusWith({ namespaces: ['m'], runtimeClasses: ['x'], usernames: ['y'] }), 403)
  const exempt = await start({}, settings({ namespaces: ['e'] }))
  const made = await exempt.call(
    'POST',
    '/api/v1/namespaces',
    namespace({ [label('enforce')]: 'restricted' }, 'e'),
  )
  assert.match(
    warningOf(made),
    /namespace \\"e\\" is exempt from Pod Security, and the policy \(enforce=restricted:latest\) will be ignored/,
  )
})
