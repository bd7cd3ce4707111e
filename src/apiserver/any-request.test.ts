// Requests put together at random: whatever is asked, the server answers with a Status or an object, and never faults.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import { TestApi } from '#testkit/api-server'
import { seededRandom } from '#testkit/seeded-random'

const methods = ['GET', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE']
const segments = [
  'api',
  'apis',
  'v1',
  'v2',
  'namespaces',
  'default',
  'pods',
  'configmaps',
  'nodes',
  'events',
  'a',
  'p',
  'status',
  'binding',
  'eviction',
  'finalize',
  'log',
  'proxy',
  'watch',
  'events.k8s.io',
  '',
  '.',
  '..',
  '%2F',
  '%00',
  '%zz',
  '🙂',
  '__proto__',
  'constructor',
  'x'.repeat(300),
]
const sensible = [
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces/default/configmaps/a',
  '/api/v1/namespaces/default/pods',
  '/api/v1/namespaces/default/pods/p',
  '/api/v1/namespaces/default/pods/p/status',
  '/api/v1/nodes/n',
  '/api/v1/pods',
  '/api/v1/namespaces/default/pods/p/binding',
  '/api/v1/namespaces/default/pods/p/eviction',
  '/api/v1/namespaces/n',
  '/apis/events.k8s.io/v1/namespaces/default/events',
  '/api/v1/namespaces/n/finalize',
]
const parameters = [
  'watch=1',
  'limit=1',
  'limit=-1',
  'limit=99999999999999999999',
  'continue=abc',
  'continue=e30',
  'resourceVersion=1',
  'resourceVersion=-1',
  'resourceVersion=18446744073709551615',
  'resourceVersionMatch=Exact',
  'labelSelector=a%20in%20(',
  'labelSelector=,',
  'labelSelector=__proto__',
  'fieldSelector=metadata.name%3Da',
  'fieldSelector=__proto__%3D1',
  'fieldSelector=%3D',
  'dryRun=All',
  'fieldValidation=Strict',
  'fieldValidation=',
  'gracePeriodSeconds=-5',
  'pretty=maybe',
  'propagationPolicy=',
  'timeout=1ns',
  'timeoutSeconds=-1',
  'allowWatchBookmarks=x',
  'sendInitialEvents=',
  '%',
  '&&==',
  'includeObject=All',
]
const types = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/merge-patch+json',
  'application/json-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  '',
  ';',
  'x',
]
const patchTypes = types.filter((type) => type.includes('patch+json'))
const accepts = [
  '',
  '*/*',
  'application/json',
  'application/yaml',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  ';;;',
  'q=0',
  ',',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;q=banana',
]
const values = [
  'null',
  '0',
  '-1',
  '9007199254740993',
  '1e400',
  '""',
  '"a"',
  '"\\ud800"',
  'true',
  '[]',
  '{}',
  '[[[]]]',
  '{"a":{"b":[1,null]}}',
  '[{"op":"add","path":"/data/x","value":1}]',
  '[{"op":"remove","path":"/metadata"}]',
  '[{"op":"move","from":"","path":"/a"}]',
]
const fields = [
  'kind',
  'apiVersion',
  'metadata',
  'name',
  'spec',
  'status',
  'data',
  'containers',
  'labels',
  'finalizers',
  'uid',
  'target',
  'resourceVersion',
  'deletionTimestamp',
  'ownerReferences',
  '__proto__',
  '$patch',
  '$retainKeys',
  '$setElementOrder/finalizers',
  'generateName',
  'namespace',
  'annotations',
  'managedFields',
  'image',
  'preconditions',
  'immutable',
]

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T

/** The first mostly, anything of the rest otherwise. */
const usually = <T>(random: Random, first: T, rest: readonly T[]): T =>
  random.next() < 0.8 ? first : pick(random, rest)

function someText(random: Random, depth = 0): string {
  if (depth > 4 || random.next() < 0.3) return pick(random, values)
  const count = Math.floor(random.next() * 4)
  const inner = Array.from({ length: count }, () => someText(random, depth + 1))
  if (random.next() < 0.2) return `[${inner.join(',')}]`
  return `{${inner.map((one) => `${JSON.stringify(pick(random, fields))}:${one}`).join(',')}}`
}

/** Mostly an object that might pass, sometimes anything, sometimes cut short. */
function someBody(random: Random): string {
  const around = random.next()
  const text = someText(random)
  if (around < 0.5)
    return `{"metadata":{"name":"${pick(random, ['a', 'p', 'n'])}"},"data":${text},"spec":${someText(random)}}`
  return around < 0.9 ? text : text.slice(0, Math.floor(random.next() * text.length))
}

function someUrl(random: Random): string {
  const path =
    random.next() < 0.85
      ? pick(random, sensible)
      : Array.from({ length: 1 + Math.floor(random.next() * 7) }, () => `/${pick(random, segments)}`).join('')
  const query = Array.from({ length: Math.floor(random.next() * 3) }, () => pick(random, parameters))
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

/** Makes again what requests may have deleted. */
async function restock(api: TestApi): Promise<void> {
  const containers = [{ name: 'c', image: 'busybox' }]
  await api.call('POST', '/api/v1/namespaces/default/configmaps', {
    metadata: { name: 'a' },
    data: { k: 'v' },
  })
  await api.call('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec: { containers } })
  await api.call('POST', '/api/v1/nodes', { metadata: { name: 'n' } })
}

const rounds = 600

for (const seed of [11, 12, 13, 14, 15]) {
  test(`${rounds} requests put together at random do the server no harm (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    const faults: string[] = []
    const log: Log = {
      info() {},
      warn() {},
      v() {},
      enabled: () => false,
      error: (text, more) => faults.push(`${text} ${String(more?.err)}`),
    }
    const api = await TestApi.start({ log })
    await api.ok('POST', '/api/v1/namespaces', { metadata: { name: 'n' } })
    for (let i = 0; i < rounds; i++) {
      if (i % 50 === 0) await restock(api)
      const method = pick(random, methods)
      const url = someUrl(random)
      const body = method === 'GET' || random.next() < 0.1 ? undefined : someBody(random)
      const headers = {
        'content-type': usually(
          random,
          method === 'PATCH' ? pick(random, patchTypes) : 'application/json',
          types,
        ),
        accept: usually(random, 'application/json', accepts),
      }
      const what = `${method} ${url} ${JSON.stringify(headers)} ${body ?? ''}`
      const asked = api.send(method, url, body, { headers })
      await api.clock.advance(4_000)
      const { status } = await asked
      assert.ok(status >= 200 && status < 600, what)
      assert.deepEqual(faults, [], what)
    }
    assert.equal((await api.call('GET', '/api/v1/namespaces')).status, 200)
    assert.equal(
      ({} as Record<string, unknown>).a,
      undefined,
      'nothing has reached the prototype of all objects',
    )
    await api.server.close()
  })
}
