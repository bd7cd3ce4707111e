// What a running server tells of requests: in its log, and to another server.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { AuditEvent } from '#apiserver'
import { startApiServer } from '#testkit/host/kubeling'
import { tempDir, until } from '#testkit/host/process'

const policy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    nonResourceURLs: ["/livez*", "/readyz*", "/healthz*"]
  - level: Metadata
    resources: [{group: "", resources: [secrets]}]
  - level: Request
    resources: [{group: "", resources: [configmaps]}]
  - level: None
`

/** A server that takes events; it refuses the first time. */
async function auditServer(t: TestContext) {
  const events: AuditEvent[] = []
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    let text = ''
    incoming.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    incoming.on('end', () => {
      if (turn++ === 0) return void outgoing.writeHead(503).end('later')
      const { kind, items } = JSON.parse(text) as { kind: string; items: AuditEvent[] }
      assert.equal(kind, 'EventList')
      events.push(...items)
      outgoing.end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { events, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events` }
}

test('a log and a webhook tell what the policy wants, and no secrets', async (t) => {
  const folder = tempDir(t)
  const { events, url } = await auditServer(t)
  const log = join(folder, 'audit', 'audit.log')
  writeFileSync(join(folder, 'policy.yaml'), policy)
  const config = {
    kind: 'Config',
    apiVersion: 'v1',
    clusters: [{ name: 'a', cluster: { server: url } }],
    contexts: [{ name: 'a', context: { cluster: 'a' } }],
    'current-context': 'a',
  }
  writeFileSync(join(folder, 'webhook.yaml'), JSON.stringify(config))
  const server = await startApiServer(t, [
    `--audit-policy-file=${join(folder, 'policy.yaml')}`,
    `--audit-log-path=${log}`,
    `--audit-webhook-config-file=${join(folder, 'webhook.yaml')}`,
    '--audit-webhook-batch-max-wait=50ms',
    '--audit-webhook-initial-backoff=20ms',
  ])
  const ask = (method: string, path: string, body?: object) =>
    fetch(`${server.url}/api/v1/namespaces/default/${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'user-agent': 'audit-test' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const made = await ask('POST', 'secrets', { metadata: { name: 'a' }, stringData: { k: 'hidden' } })
  assert.equal(made.status, 201)
  await ask('POST', 'configmaps', { metadata: { name: 'b' }, data: { k: 'shown' } })
  await ask('GET', 'pods')
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  const logged = lines
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ userAgent }) => userAgent === 'audit-test')
  assert.deepEqual(
    logged.map(({ level, verb, objectRef }) => `${level} ${verb} ${objectRef?.resource}/${objectRef?.name}`),
    ['Metadata create secrets/a', 'Request create configmaps/b'],
  )
  assert.equal(logged[0]?.auditID, made.headers.get('audit-id'))
  assert.deepEqual((logged[1]?.requestObject as { data: object } | undefined)?.data, { k: 'shown' })
  assert.ok(
    !lines.join().includes('hidden') && !lines.join().includes(Buffer.from('hidden').toString('base64')),
  )
  assert.equal(statSync(log).mode & 0o777, 0o600)
  await until(
    'the events to be sent',
    () => events.filter(({ userAgent }) => userAgent === 'audit-test').length === 2,
  )
  assert.deepEqual(
    events.filter(({ userAgent }) => userAgent === 'audit-test'),
    logged,
  )
})

test('a policy that is wrong keeps the server from starting', async (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, 'policy.yaml'), policy.replace('level: Request\n', 'level: All\n'))
  await assert.rejects(
    startApiServer(t, [
      `--audit-policy-file=${join(folder, 'policy.yaml')}`,
      `--audit-log-path=${join(folder, 'audit.log')}`,
    ]),
    /rules\[2\]\.level: Unsupported value: "All"/,
  )
})
