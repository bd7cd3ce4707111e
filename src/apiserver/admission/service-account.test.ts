// The account of a pod: its default, its token, its secrets, in upstream's words.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { TestApi } from '#testkit/api-server'

const inDefault = '/api/v1/namespaces/default'
const pods = `${inDefault}/pods`
const patch = { headers: { 'content-type': 'application/strategic-merge-patch+json' } }
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
let api: TestApi

const named = (name: string, spec: object = {}, annotations: object = {}) => ({
  metadata: { name, annotations },
  spec: { containers: [{ name: 'c', image: 'x' }], ...spec },
})
const made = (name: string, spec: object) => api.ok<Pod>('POST', pods, named(name, spec))
const refusal = async (spec: object, annotations?: object) => {
  const { status, json } = await api.call('POST', pods, named('p', spec, annotations))
  return `${status} ${(json as { message: string }).message}`
}
const no = (why: string) => `403 pods "p" is forbidden: ${why}`

before(async () => {
  api = await TestApi.start({ options: { admission: ['ServiceAccount'] } })
  const account = (name: string, more: object = {}) =>
    api.ok('POST', `${inDefault}/serviceaccounts`, { metadata: { name }, ...more })
  await account('default', { imagePullSecrets: [{ name: 'pull' }] })
  await account('quiet', { automountServiceAccountToken: false })
  await account('held', {
    metadata: { name: 'held', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    secrets: [{ name: 'own' }],
    imagePullSecrets: [{ name: 'pull' }],
  })
})

test('a pod gets the default account, a token in each container, and secrets for images', async () => {
  const { spec } = await made('plain', { initContainers: [{ name: 'i', image: 'x' }] })
  const name = spec?.volumes?.[0]?.name ?? ''
  assert.match(name, /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  const mount = { name, readOnly: true, mountPath }
  assert.equal(spec?.serviceAccountName, 'default')
  assert.deepEqual(spec?.containers[0]?.volumeMounts, [mount])
  assert.deepEqual(spec?.initContainers?.[0]?.volumeMounts, [mount])
  assert.deepEqual(spec?.imagePullSecrets, [{ name: 'pull' }])
  assert.deepEqual(spec?.volumes, [
    {
      name,
      projected: {
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          {
            downwardAPI: {
              items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
            },
          },
        ],
        defaultMode: 420,
      },
    },
  ])
})

test('no token where pod or account want none, or something else is in its place', async () => {
  const volumes = async (name: string, spec: object) => (await made(name, spec)).spec?.volumes
  assert.equal(await volumes('a', { serviceAccountName: 'quiet' }), undefined)
  assert.equal(await volumes('b', { automountServiceAccountToken: false }), undefined)
  const wanted = { serviceAccountName: 'quiet', automountServiceAccountToken: true }
  assert.equal((await volumes('d', wanted))?.length, 1)
  const own = {
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [{ name: 'c', image: 'x', volumeMounts: [{ name: 'v', mountPath }] }],
  }
  assert.deepEqual(await volumes('e', own), [{ name: 'v', emptyDir: {} }])
  const there = { volumes: [{ name: 'kube-api-access-mine', emptyDir: {} }] }
  const { spec } = await made('f', { ...there, imagePullSecrets: [{ name: 'mine' }] })
  assert.equal(spec?.volumes?.length, 1)
  assert.equal(spec?.containers[0]?.volumeMounts?.[0]?.name, 'kube-api-access-mine')
  assert.deepEqual(spec?.imagePullSecrets, [{ name: 'mine' }])
})

test('an account that is not there', async () => {
  const why = 'error looking up service account default/none: serviceaccount "none" not found'
  assert.equal(await refusal({ serviceAccountName: 'none' }), no(why))
})

test('mirror pods have no account, no secrets and no tokens', async () => {
  const mirror = { 'kubernetes.io/config.mirror': 'a' }
  const secret = { volumes: [{ name: 's', secret: { secretName: 's' } }] }
  const token = { volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] }
  const words = 'a mirror pod may not'
  assert.equal(
    await refusal({ serviceAccountName: 'default', nodeName: 'n' }, mirror),
    no(`${words} reference service accounts`),
  )
  assert.equal(await refusal({ ...secret, nodeName: 'n' }, mirror), no(`${words} reference secrets`))
  assert.equal(
    await refusal({ ...token, nodeName: 'n' }, mirror),
    no(`${words} use ServiceAccountToken volume projections`),
  )
  const { spec } = await api.ok<Pod>('POST', pods, named('m', { nodeName: 'n' }, mirror))
  assert.deepEqual([spec?.serviceAccountName, spec?.volumes], [undefined, undefined])
})

test('an account can hold its pods to the secrets that it names', async () => {
  const held = { serviceAccountName: 'held' }
  const env = (name: string) => [{ name: 'E', valueFrom: { secretKeyRef: { name, key: 'k' } } }]
  const ends = 'is not allowed because service account held does not reference that'
  const refused: [object, string][] = [
    [
      { volumes: [{ name: 'v', secret: { secretName: 'other' } }] },
      `volume with secret.secretName="other" ${ends} secret`,
    ],
    [
      { containers: [{ name: 'c', image: 'x', env: env('other') }] },
      `container c with envVar E referencing secret.secretName="other" ${ends} secret`,
    ],
    [
      { initContainers: [{ name: 'i', image: 'x', envFrom: [{ secretRef: { name: 'other' } }] }] },
      `init container i with envFrom referencing secret.secretName="other" ${ends} secret`,
    ],
    [
      { imagePullSecrets: [{ name: 'pull' }, { name: 'other' }] },
      `imagePullSecrets[1].name="other" ${ends} imagePullSecret`,
    ],
  ]
  for (const [spec, why] of refused) assert.equal(await refusal({ ...held, ...spec }), no(why))
  await made('held', { ...held, containers: [{ name: 'c', image: 'x', env: env('own') }] })
  const add = (secret: string) =>
    api.call(
      'PATCH',
      `${pods}/held/ephemeralcontainers`,
      { spec: { ephemeralContainers: [{ name: 'e', image: 'x', env: env(secret) }] } },
      patch,
    )
  const later = await add('other')
  assert.equal(
    (later.json as { message: string }).message,
    `pods "held" is forbidden: ephemeral container e with envVar E referencing secret.secretName="other" ${ends} secret`,
  )
  assert.equal((await add('own')).status, 200)
})
