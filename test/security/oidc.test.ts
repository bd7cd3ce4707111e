// A token of a real OpenID Connect server: who its owner is, and what roles let them do.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer, request } from 'node:https'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createAuthority } from '#apiserver'
import { realClock } from '#host/clock'
import { startApiServer } from '#testkit/host/kubeling'
import { freePort, run, tempDir } from '#testkit/host/process'
import { kubectlVersions, noKubectl, upstreamKubectl } from '#testkit/host/upstream-kubectl'

const version = kubectlVersions.at(-1) as string
const program = upstreamKubectl(version)
const skip = program === undefined ? noKubectl(version) : false
const servers = resolve(import.meta.dirname, '../servers')

interface Provider {
  callback(): (incoming: unknown, outgoing: unknown) => void
}

async function providerClass(): Promise<new (issuer: string, settings: object) => Provider> {
  const entry = join(servers, 'node_modules/oidc-provider/lib/index.js')
  if (!existsSync(entry)) {
    const { code, stderr } = await run('npm', ['ci', '--prefix', servers])
    assert.equal(code, 0, `npm ci --prefix test/servers: ${stderr}`)
  }
  return ((await import(entry)) as { default: new (issuer: string, settings: object) => Provider }).default
}

/** An issuer on a port of its own, and how its one client gets a token. */
async function openIssuer(t: TestContext, folder: string) {
  const Provider = await providerClass()
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const resource = { scope: 'api', audience: 'kubernetes', accessTokenFormat: 'jwt', accessTokenTTL: 300 }
  const provider = new Provider(url, {
    clients: [
      {
        client_id: 'ann',
        client_secret: 'for a test',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:kubernetes',
        getResourceServerInfo: () => ({ ...resource, jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    extraTokenClaims: () => ({ groups: ['readers'] }),
  })
  const authority = await createAuthority('issuers', realClock)
  const pair = await authority.issue({ commonName: 'issuer', names: ['127.0.0.1'], use: 'server' })
  const server = createServer({ cert: pair.certificate, key: pair.key }, provider.callback())
  await new Promise<void>((done) => void server.listen(port, '127.0.0.1', done))
  t.after(() => server.close())
  const caFile = join(folder, 'issuer-ca.crt')
  writeFileSync(caFile, authority.certificate)
  return { url, caFile, token: () => tokenOf(`${url}/token`, authority.certificate) }
}

/** The token that the issuer's one client gets. */
async function tokenOf(url: string, ca: string): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const asked = request(url, { method: 'POST', ca, headers, agent: false })
  asked.end('grant_type=client_credentials&client_id=ann&client_secret=for+a+test')
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  let text = ''
  for await (const piece of answer) text += String(piece)
  const { access_token: token } = JSON.parse(text) as { access_token?: string }
  assert.ok(token, text)
  return token
}

test('a token of an issuer is let in as its subject, with its groups', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const folder = tempDir(t)
  const issuer = await openIssuer(t, folder)
  const server = await startApiServer(t, [
    '--authorization-mode=RBAC',
    `--oidc-issuer-url=${issuer.url}`,
    '--oidc-client-id=kubernetes',
    `--oidc-ca-file=${issuer.caFile}`,
    '--oidc-groups-claim=groups',
    '--oidc-groups-prefix=oidc:',
  ])
  const binding = {
    metadata: { name: 'readers' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'oidc:readers' }],
  }
  const made = await fetch(`${server.url}/apis/rbac.authorization.k8s.io/v1/clusterrolebindings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(binding),
  })
  assert.equal(made.status, 201)
  const token = await issuer.token()
  const kubectl = (bearer: string, ...args: string[]) =>
    run(program as string, [
      `--server=${server.secureUrl}`,
      '--insecure-skip-tls-verify',
      `--token=${bearer}`,
      ...args,
    ])
  const who = await kubectl(
    token,
    'auth',
    'whoami',
    '-o',
    'jsonpath={.status.userInfo.username} {.status.userInfo.groups}',
  )
  assert.equal(who.stdout, `${issuer.url}#ann ["oidc:readers","system:authenticated"]`, who.stderr)
  assert.equal((await kubectl(token, 'get', 'pods', '-A')).code, 0)
  const refused = await kubectl(token, 'create', 'configmap', 'a')
  assert.match(
    refused.stderr,
    /configmaps is forbidden: User "https:\/\/127\.0\.0\.1:\d+#ann" cannot create resource "configmaps" in API group "" in the namespace "default"/,
  )
  const changed = `${token.slice(0, -4)}AAAA`
  assert.match((await kubectl(changed, 'get', 'pods')).stderr, /Unauthorized|must be logged in/)
})
