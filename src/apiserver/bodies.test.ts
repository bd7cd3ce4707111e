// What a body says it is: only what the path takes is taken.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { TestApi } from '#testkit/api-server'

const configMaps = '/api/v1/namespaces/default/configmaps'
const pods = '/api/v1/namespaces/default/pods'
const accounts = '/api/v1/namespaces/default/serviceaccounts'

async function answerOf(api: TestApi, method: string, path: string, body: unknown) {
  const { status, json } = await api.call(method, path, body)
  return [status, (json as Status).message]
}

test('a body of another kind deletes nothing', async () => {
  const api = await TestApi.start()
  await api.ok('POST', configMaps, { metadata: { name: 'a' } })
  const scheme = 'in scheme "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"'
  for (const path of [`${configMaps}/a`, configMaps]) {
    const pod = { kind: 'Pod', apiVersion: 'v1' }
    assert.deepEqual(await answerOf(api, 'DELETE', path, pod), [
      400,
      `no kind "Pod" is registered for version "v1" ${scheme}`,
    ])
    assert.deepEqual(await answerOf(api, 'DELETE', path, '{"a'), [
      400,
      "couldn't get version/kind; json parse error: unexpected end of JSON input",
    ])
  }
  assert.equal(
    (await api.list(configMaps)).items.some(({ metadata }) => metadata.name === 'a'),
    true,
  )
})

test('options of any version delete', async () => {
  const api = await TestApi.start()
  for (const apiVersion of ['v1', 'meta.k8s.io/v1', 'apps/v1', 'foo/v9', undefined]) {
    await api.ok('POST', configMaps, { metadata: { name: 'a' } })
    await api.ok('DELETE', `${configMaps}/a`, { kind: 'DeleteOptions', apiVersion })
  }
})

test('subresources take their own kind alone', async () => {
  const api = await TestApi.start()
  const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  await api.ok('POST', pods, pod)
  await api.ok('POST', accounts, { metadata: { name: 's' } })
  const other = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'p' } }
  for (const [path, where, version] of [
    [`${pods}/p/eviction`, 'policy.Eviction', 'policy/v1'],
    [`${pods}/p/binding`, 'core.Binding', 'v1'],
    [`${accounts}/s/token`, 'authentication.TokenRequest', 'authentication.k8s.io/v1'],
  ] as const) {
    const [group, kind] = where.split('.')
    assert.deepEqual(await answerOf(api, 'POST', path, other), [
      400,
      `Pod in version "v1" cannot be handled as a ${kind}: converting (v1.Pod) to (${group}.${kind}): unknown conversion`,
    ])
    const strict = `${path}?fieldValidation=Strict`
    const [code, message] = await answerOf(api, 'POST', strict, { kind, apiVersion: version, wrong: 1 })
    assert.equal(code, 400)
    assert.match(String(message), /strict decoding error: unknown field "wrong"$/)
  }
  const eviction = { kind: 'Eviction', apiVersion: 'policy/v1beta1', metadata: { name: 'p' } }
  assert.equal((await api.call('POST', `${pods}/p/eviction`, eviction)).status, 201)
})
