// What speakers of protobuf get: the same objects as speakers of JSON.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpResponse } from '#base/http'
import { typeOf } from '#kinds/type-of'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import type { KubeObject } from '#schema/object'
import { fromProtobuf, openEnvelope } from '#schema/protobuf-decode'
import { wireFields } from '#schema/protobuf-wire'
import { TestApi } from '#testkit/api-server'
import { settled } from '#testkit/virtual-clock'

const pods = '/api/v1/namespaces/default/pods'
const mediaType = 'application/vnd.kubernetes.protobuf'
const asked = { headers: { accept: mediaType } }
const codec = {
  text: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
  base64: (bytes: Uint8Array) => Buffer.from(bytes).toString('base64'),
}

/** A message as the JSON of the type that its envelope names. */
function read(bytes: Uint8Array): KubeObject {
  const { apiVersion, kind, raw } = openEnvelope(bytes, codec)
  const type = typeOf(apiVersion, kind)
  assert.ok(type, `${apiVersion} ${kind}`)
  const { object, strict } = decode(type, fromProtobuf(type, raw, codec))
  assert.deepEqual(strict, [])
  return JSON.parse(toJson(type, { ...(object as object), kind, apiVersion })) as KubeObject
}

function bytesOf({ body }: HttpResponse): Uint8Array {
  assert.ok(!('start' in body))
  return body instanceof Uint8Array ? body : Buffer.concat([...body])
}

async function started() {
  const api = await TestApi.start()
  const pod = {
    metadata: { name: 'a', annotations: { l: 'é' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  }
  const made = await api.ok('POST', pods, pod)
  const get = async (url: string, accept = mediaType) => {
    const answer = await api.send('GET', url, undefined, { headers: { accept } })
    assert.match(answer.headers['content-type'] ?? '', /^application\/vnd\.kubernetes\.protobuf/)
    return read(bytesOf(answer))
  }
  return { api, made, get }
}

test('an object, a list and a refusal are the same in protobuf as in JSON', async () => {
  const { api, made, get } = await started()
  assert.deepEqual(await get(`${pods}/a`), made)
  assert.deepEqual(await get(pods), await api.ok('GET', pods))
  const refusal = await api.send('GET', `${pods}/none`, undefined, asked)
  assert.equal(refusal.status, 404)
  assert.deepEqual(read(bytesOf(refusal)), (await api.call('GET', `${pods}/none`)).json)
})

test('a deletion, a write and a page are answered in protobuf too', async () => {
  const { api, made, get } = await started()
  await api.ok('POST', pods, { metadata: { name: 'b' }, spec: { containers: [{ name: 'c', image: 'i' }] } })
  const page = (await get(`${pods}?limit=1`)) as unknown as {
    metadata: { continue: string; remainingItemCount: number }
  }
  assert.equal(page.metadata.remainingItemCount, 1)
  assert.ok(page.metadata.continue)
  const gone = read(bytesOf(await api.send('DELETE', `${pods}/a`, undefined, asked)))
  assert.equal(gone.metadata.uid, made.metadata.uid)
  const cm = '/api/v1/namespaces/default/configmaps'
  const put = read(bytesOf(await api.send('POST', cm, { metadata: { name: 'c' } }, asked)))
  assert.equal(put.kind, 'ConfigMap')
  const status = read(bytesOf(await api.send('DELETE', `${cm}/c`, undefined, asked)))
  assert.equal(status.kind, 'Status')
})

test('metadata alone comes in protobuf, a table does not', async () => {
  const { api, made, get } = await started()
  const as = (kind: string) => `${mediaType};as=${kind};g=meta.k8s.io;v=v1`
  const one = await get(`${pods}/a`, as('PartialObjectMetadata'))
  assert.deepEqual(one.metadata, made.metadata)
  const list = await get(pods, as('PartialObjectMetadataList'))
  assert.equal(list.kind, 'PartialObjectMetadataList')
  const table = await api.send('GET', pods, undefined, { headers: { accept: as('Table') } })
  assert.equal(table.status, 406)
})

test('a watch sends frames: a length, a type, an object in its envelope', async () => {
  const { api, made } = await started()
  const answer = await api.send('GET', `${pods}?watch=1&allowWatchBookmarks=true`, undefined, asked)
  assert.equal(answer.headers['content-type'], `${mediaType};stream=watch`)
  const chunks: Uint8Array[] = []
  assert.ok('start' in answer.body)
  answer.body.start({
    write: (bytes) => chunks.push(bytes) > 0,
    onDrain() {},
    onClose() {},
    end() {},
    cut() {},
  })
  await settled()
  await api.ok('DELETE', `${pods}/a`)
  await api.clock.advance(80_000)
  const events = frames(Buffer.concat(chunks))
  assert.deepEqual(
    events.map(({ type, object }) => [type, object.kind, object.metadata.name]),
    [
      ['ADDED', 'Pod', 'a'],
      ['DELETED', 'Pod', 'a'],
      ['BOOKMARK', 'Pod', undefined],
    ],
  )
  assert.deepEqual(events[0]?.object, made)
})

function frames(bytes: Buffer): { type: string; object: KubeObject }[] {
  const out: { type: string; object: KubeObject }[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    const [type, raw] = [...wireFields(bytes.subarray(at + 4, end))]
    const [object] = [...wireFields(raw?.bytes as Uint8Array)]
    out.push({ type: codec.text(type?.bytes as Uint8Array), object: read(object?.bytes as Uint8Array) })
    at = end
  }
  return out
}
