// Objects that a running server encrypts in its store: under each provider, and from one key to the next.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type RunningApiServer, startApiServer } from '#testkit/host/kubeling'
import { tempDir } from '#testkit/host/process'

const path = '/api/v1/namespaces/default/secrets'
const key = (name: string, fill: number) => ({ name, secret: Buffer.alloc(32, fill).toString('base64') })

/** A server whose secrets are kept by these providers. */
function serving(t: TestContext, folder: string, providers: readonly object[]) {
  const config = {
    kind: 'EncryptionConfiguration',
    apiVersion: 'apiserver.config.k8s.io/v1',
    resources: [{ resources: ['secrets'], providers }],
  }
  writeFileSync(join(folder, 'encryption.yaml'), JSON.stringify(config))
  return startApiServer(t, [
    `--data-dir=${join(folder, 'data')}`,
    `--encryption-provider-config=${join(folder, 'encryption.yaml')}`,
  ])
}

async function ask(server: RunningApiServer, method: string, at: string, body?: object) {
  const headers = { 'content-type': 'application/json' }
  const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const answer = await fetch(server.url + at, sent)
  return {
    status: answer.status,
    object: (await answer.json()) as { data?: { k: string }; metadata: object },
  }
}

const isOnDisk = (folder: string, text: string) =>
  readdirSync(join(folder, 'data')).some((name) => readFileSync(join(folder, 'data', name)).includes(text))

test('keys are replaced as upstream documents it: read, write anew, take the old one away', async (t) => {
  const folder = tempDir(t)
  const hidden = Buffer.from('a hidden text').toString('base64')
  const identity = { identity: {} }
  const providers = [
    [identity],
    [{ aesgcm: { keys: [key('one', 1)] } }, identity],
    [{ secretbox: { keys: [key('two', 2)] } }, { aesgcm: { keys: [key('one', 1)] } }],
    [{ aescbc: { keys: [key('three', 3)] } }, { secretbox: { keys: [key('two', 2)] } }],
    [{ aescbc: { keys: [key('three', 3)] } }],
  ]
  for (const [turn, of] of providers.entries()) {
    const server = await serving(t, folder, of)
    if (turn === 0) await ask(server, 'POST', path, { metadata: { name: 'a' }, data: { k: hidden } })
    const found = await ask(server, 'GET', `${path}/a`)
    assert.equal(found.object.data?.k, hidden, `turn ${turn}`)
    const written = await ask(server, 'PUT', `${path}/a`, found.object)
    assert.equal(written.status, 200)
    const revision = (one: typeof found) =>
      (one.object.metadata as { resourceVersion: string }).resourceVersion
    const isRewritten = turn > 0 && turn < providers.length - 1
    assert.equal(
      revision(written) !== revision(found),
      isRewritten,
      `turn ${turn}: only what is stale is written`,
    )
    await ask(server, 'POST', path, {
      metadata: { name: `made-${turn}` },
      stringData: { k: `secret-${turn}` },
    })
    await server.stop()
    if (turn > 0)
      assert.ok(!isOnDisk(folder, Buffer.from(`secret-${turn}`).toString('base64')), `turn ${turn}`)
  }
})

test('what cannot be decrypted is not served, and all else is', async (t) => {
  const folder = tempDir(t)
  const first = await serving(t, folder, [{ aesgcm: { keys: [key('one', 1)] } }])
  await ask(first, 'POST', path, { metadata: { name: 'a' }, stringData: { k: 'x' } })
  await ask(first, 'POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'b' } })
  await first.stop()
  const second = await serving(t, folder, [{ aesgcm: { keys: [key('two', 2)] } }])
  assert.equal((await ask(second, 'GET', '/api/v1/namespaces/default/configmaps/b')).status, 200)
  assert.notEqual((await ask(second, 'GET', `${path}/a`)).status, 200)
  assert.match(second.output(), /unable to transform key .*\/secrets\/default\/a.*aesgcm:v1:one/)
})
