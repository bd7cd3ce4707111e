// Who asks, as other programs tell it: proxies with a certificate, a server that knows tokens, bootstrap secrets.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type OutgoingHttpHeaders } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createAuthority } from '#apiserver'
import { realClock } from '#host/clock'
import { type RunningApiServer, startApiServer } from '#testkit/host/kubeling'
import { tempDir } from '#testkit/host/process'

/** A server to which the token `known` is ann's. */
async function tokenServer(t: TestContext) {
  const asked: string[] = []
  const server = createServer((incoming, outgoing) => {
    let text = ''
    incoming.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    incoming.on('end', () => {
      const { spec } = JSON.parse(text) as { spec: { token: string } }
      asked.push(spec.token)
      const user = { username: 'ann', groups: ['dev'] }
      const status = spec.token === 'known' ? { authenticated: true, user } : { authenticated: false }
      outgoing.end(JSON.stringify({ kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', status }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tokens` }
}

/** Asks the server who it takes the sender for: the name and groups, or the code of a refusal. */
function whoAmI({ secureUrl }: RunningApiServer, options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `${secureUrl}/apis/authentication.k8s.io/v1/selfsubjectreviews`
    const headers = { 'content-type': 'application/json', ...(options.headers as OutgoingHttpHeaders) }
    const sent = request(
      url,
      { ...options, method: 'POST', headers, agent: false, rejectUnauthorized: false },
      (answer) => {
        let text = ''
        answer.on('data', (piece: Buffer) => {
          text += piece.toString()
        })
        answer.on('end', () => {
          if (answer.statusCode !== 201) return resolve(String(answer.statusCode))
          const { status } = JSON.parse(text) as {
            status: { userInfo: { username: string; groups: string[] } }
          }
          resolve(`${status.userInfo.username} ${status.userInfo.groups.join('|')}`)
        })
      },
    )
    sent.on('error', reject)
    sent.end('{}')
  })
}

test('proxies, a server that knows tokens, and bootstrap secrets say who asks', {
  timeout: 60_000,
}, async (t) => {
  const folder = tempDir(t)
  const { asked, url } = await tokenServer(t)
  const proxies = await createAuthority('proxies', realClock)
  const kubeconfig = {
    clusters: [{ name: 'a', cluster: { server: url } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: '' } }],
    'current-context': 'a',
  }
  writeFileSync(join(folder, 'tokens.yaml'), JSON.stringify(kubeconfig))
  writeFileSync(join(folder, 'proxies.crt'), proxies.certificate)
  const server = await startApiServer(t, [
    `--authentication-token-webhook-config-file=${join(folder, 'tokens.yaml')}`,
    '--authentication-token-webhook-version=v1',
    `--requestheader-client-ca-file=${join(folder, 'proxies.crt')}`,
    '--requestheader-allowed-names=front',
    '--enable-bootstrap-token-auth',
  ])
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

  await t.test('a server that knows tokens is asked once', async () => {
    assert.equal(await whoAmI(server, bearer('known')), 'ann dev|system:authenticated')
    assert.equal(await whoAmI(server, bearer('known')), 'ann dev|system:authenticated')
    assert.equal(await whoAmI(server, bearer('unknown')), '401')
    assert.deepEqual(asked, ['known', 'unknown'])
  })

  await t.test('a bootstrap secret', async () => {
    const secret = {
      metadata: { name: 'bootstrap-token-abcdef' },
      type: 'bootstrap.kubernetes.io/token',
      stringData: {
        'token-id': 'abcdef',
        'token-secret': '0123456789abcdef',
        'usage-bootstrap-authentication': 'true',
      },
    }
    const made = await fetch(`${server.url}/api/v1/namespaces/kube-system/secrets`, {
      method: 'POST',
      body: JSON.stringify(secret),
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(made.status, 201)
    assert.equal(
      await whoAmI(server, bearer('abcdef.0123456789abcdef')),
      'system:bootstrap:abcdef system:bootstrappers|system:authenticated',
    )
  })

  await t.test('a proxy speaks for others, and a client does not', async () => {
    const front = await proxies.issue({ commonName: 'front', use: 'client' })
    const other = await proxies.issue({ commonName: 'other', use: 'client' })
    const headers = { 'x-remote-user': 'joe', 'x-remote-group': ['cn=a, ou=b', 'c'] }
    const shown = ({ key, certificate }: typeof front) => ({ key, cert: certificate, headers })
    assert.equal(await whoAmI(server, shown(front)), 'joe cn=a, ou=b|c|system:authenticated')
    assert.equal(await whoAmI(server, shown(other)), '401')
    assert.equal(await whoAmI(server, { headers }), 'system:anonymous system:unauthenticated')
    const facts = await fetch(
      `${server.url}/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication`,
    )
    const { data } = (await facts.json()) as { data: Record<string, string> }
    assert.equal(data['requestheader-allowed-names'], '["front"]')
    assert.equal(data['requestheader-username-headers'], '["x-remote-user"]')
  })
})
