// The API server's flags: what holds when none is given (S8 to S19), and its guards (S4, S10, S11).
import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { after, before } from 'node:test'
import { program } from '../../../testkit/host/kubeling.ts'
import { type Running, run, until } from '../../../testkit/host/process.ts'
import { api, server } from './places.ts'
import { spawnLong } from './long-lived.ts'
import type { Stage } from './stage.ts'
import { step } from './step.ts'

const bare = 'http://127.0.0.1:8080'
const secure = `https://${server}:6443`
const dataDir = '/var/lib/kubeling'

/** A server on its defaults; it must be stopped before another one can have its ports. */
async function startBare(...flags: string[]): Promise<Running> {
  const running = spawnLong(program('kube-apiserver'), flags)
  const isUp = async () => (await fetch(`${bare}/readyz`).catch(() => undefined))?.ok
  await until(`an API server with ${flags.join(' ') || 'no flags'}`, isUp).catch((error: Error) => {
    throw new Error(`${error.message}\n${running.output()}`, { cause: error })
  })
  return running
}

async function stopBare(running: Running | undefined): Promise<void> {
  await running?.stop()
  for (const name of readdirSync(dataDir)) rmSync(`${dataDir}/${name}`, { recursive: true })
}

/** The status of an answer, by curl. */
async function statusOf(...words: string[]): Promise<string> {
  const { stdout } = await run('curl', ['-sk', '-o', '/dev/null', '-w', '%{http_code}', ...words])
  return stdout
}

const post = (path: string, body: object) =>
  fetch(`${bare}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const configMap = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'any' } }
const configMaps = '/api/v1/namespaces/default/configmaps'

/** A server without any flag: the defaults of the tutorial's table. */
export function bareServerSteps(stage: Stage): void {
  let running: Running | undefined
  let help = ''
  before(async () => {
    running = await startBare()
    help = (await run(program('kube-apiserver'), ['--help'])).stdout
  })
  const line = (flag: string) =>
    help.split('\n').find((one) => one.trimStart().startsWith(`--${flag} `)) ?? ''

  step('S7', 'versions differ in flags: help tells them, --compat serves an old one', async () => {
    assert.match((await run(program('kube-apiserver'), ['--version'])).stdout, /^Kubernetes v1\.36/)
    assert.match(line('compat'), /v1\.3/)
    const wrong = await run(program('kube-apiserver'), ['--no-such-flag'])
    assert.notEqual(wrong.code, 0)
    assert.match(wrong.stderr, /unknown flag: --no-such-flag/)
  })
  step('S8', '--advertise-address is unset: members are told an address of the machine', async () => {
    assert.doesNotMatch(line('advertise-address'), /\(default/)
    const { serverAddressByClientCIDRs } = (await (await fetch(`${bare}/api`)).json()) as Versions
    assert.equal(serverAddressByClientCIDRs[0]?.serverAddress, `${server}:6443`)
  })
  step('S9', '--allow-privileged is false', async () => {
    const container = { name: 'a', image: 'a', securityContext: { privileged: true } }
    const pod = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      spec: { containers: [container] },
    }
    const answer = await post('/api/v1/namespaces/default/pods', pod)
    assert.equal(answer.status, 422)
    assert.match(await answer.text(), /securityContext\.privileged: Forbidden: disallowed by cluster policy/)
  })
  step('S11', '--authorization-mode is AlwaysAllow, on the secure port', async () => {
    assert.match(line('authorization-mode'), /\(default \[AlwaysAllow\]\)/)
    assert.equal(await statusOf(`${secure}/api/v1/nodes`), '200')
  })
  step('S12', '--bind-address is 0.0.0.0', async () => {
    assert.match(line('bind-address'), /\(default "0\.0\.0\.0"\)/)
    for (const address of ['127.0.0.1', server])
      assert.equal(await statusOf(`https://${address}:6443/healthz`), '200')
  })
  step('S13', '--secure-port is 6443', () => assert.match(line('secure-port'), /\(default 6443\)/))
  step('S14', '--cert-dir is /var/run/kubernetes; certificates are made there', async () => {
    assert.match(line('cert-dir'), /\(default "\/var\/run\/kubernetes"\)/)
    for (const file of ['apiserver.crt', 'apiserver.key', 'ca.crt'])
      assert.ok(existsSync(`/var/run/kubernetes/${file}`), file)
    const trusted = ['--cacert', '/var/run/kubernetes/ca.crt', `${secure}/healthz`]
    assert.equal((await run('curl', ['-s', ...trusted])).stdout, 'ok')
  })
  step('S16', '--etcd-servers is empty: there is a store all the same', async () => {
    assert.doesNotMatch(line('etcd-servers'), /\(default/)
    assert.equal((await post(configMaps, configMap)).status, 201)
    assert.notDeepEqual(readdirSync(dataDir), [])
  })
  step('S17', '--insecure-bind-address is 127.0.0.1', async () => {
    assert.match(line('insecure-bind-address'), /\(default "127\.0\.0\.1"\)/)
    assert.equal(await statusOf(`${bare}/healthz`), '200')
    await assert.rejects(fetch(`${api}/healthz`), 'other machines cannot reach it')
  })
  step('S18', '--insecure-port is 8080', () => assert.match(line('insecure-port'), /\(default 8080\)/))
  step('S19', '--log-dir is unset: /logs/ is empty', async () => {
    assert.doesNotMatch(line('log-dir'), /\(default/)
    assert.equal(await (await fetch(`${bare}/logs/`)).text(), '<pre>\n</pre>\n')
  })
  step('S89', 'kubectl without -s speaks to localhost:8080', async () => {
    const words = ['get', 'configmaps', '--no-headers']
    const env = { HOME: stage.folder, KUBECONFIG: '' }
    const { stdout, stderr } = await run(program('kubectl'), words, { env, cwd: stage.folder })
    assert.match(stdout, /^any +0 /m, stderr)
  })
  after(() => stopBare(running))
}

/** Servers that refuse. */
export function guardedServerSteps(): void {
  let running: Running | undefined
  before(async () => {
    running = await startBare('--admission-control=AlwaysDeny', '--authorization-mode=AlwaysDeny')
  })
  step('S4', 'the secure port asks who it is, and whether they may', async () => {
    assert.equal(await statusOf(`${secure}/api/v1/nodes`), '403')
    assert.equal(await statusOf(`${bare}/api/v1/nodes`), '200')
    await stopBare(running)
    running = await startBare('--admission-control=AlwaysDeny', '--anonymous-auth=false')
    assert.equal(await statusOf(`${secure}/api/v1/nodes`), '401')
    assert.equal(await statusOf(`${bare}/api/v1/nodes`), '200')
  })
  step('S10', '--admission-control names plugins, AlwaysAdmit among them', async () => {
    const denied = await post(configMaps, configMap)
    assert.equal(denied.status, 403, await denied.text())
    await stopBare(running)
    running = await startBare('--admission-control=AlwaysAdmit')
    assert.equal((await post(configMaps, configMap)).status, 201)
  })
  after(() => stopBare(running))
}

interface Versions {
  readonly serverAddressByClientCIDRs: readonly { readonly serverAddress: string }[]
}
