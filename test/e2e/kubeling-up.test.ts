// `kubeling up`, `status` and `down` on real components, as a user types them; each test goes on where the last one ended.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { type Access, readAccess } from '../../src/cluster/up/kubeconfig.ts'
import { clusterLayout } from '../../src/cluster/up/layout.ts'
import { program } from '../../testkit/host/kubeling.ts'
import { freePort, type Running, run, start, until } from '../../testkit/host/process.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubeling-up-')))
const layout = clusterLayout(folder)
const kubeling = program('kubeling')
const dataDir = `--data-dir=${folder}`
let ports: string[]
let securePort: number
let running: Running

before(async () => {
  securePort = await freePort()
  const kubeletPort = await freePort()
  ports = [
    `--secure-port=${securePort}`,
    `--kubelet-port=${kubeletPort}`,
    `--registry-port=${await freePort()}`,
  ]
})

after(async () => {
  await run(kubeling, ['down', dataDir, '--delete-data'])
  rmSync(folder, { recursive: true, force: true })
})

/** The test's context would kill the process at the end of one test; it is to live through several. */
const longLived = { after() {} } as unknown as TestContext

async function up(...flags: string[]): Promise<void> {
  running = start(longLived, kubeling, ['up', dataDir, ...ports, '--stop-timeout=2s', ...flags])
  await until(
    'the last line of a start',
    () => {
      if (running.child.exitCode !== null) throw new Error(`kubeling up ended:\n${running.output()}`)
      return /^Ready\. /m.test(running.output())
    },
    120_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${running.output()}`, { cause: error })
  })
}

const podUrl = (output: string) => /^\$ curl -s (\S+) /m.exec(output)?.[1] ?? ''

async function page(url: string): Promise<string> {
  return (await fetch(url, { signal: AbortSignal.timeout(5000) })).text()
}

/** An answer from a server that the cluster's authority has signed for. */
async function ask(url: string, options: RequestOptions = {}, body?: object) {
  const { ca } = adminAccess()
  const request = httpsRequest(url, { ca, agent: false, ...options })
  request.end(body && JSON.stringify(body))
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, text: Buffer.concat(await answer.toArray()).toString() }
}

const statusOf = async (url: string, headers = {}) => (await ask(url, { headers })).status
const adminAccess = () => readAccess(readFileSync(layout.kubeconfig, 'utf8')) as Access

/** A token of a new service account, that nobody has given any right. */
async function tokenOfRobot(server: string): Promise<string> {
  const accounts = `${server}/api/v1/namespaces/default/serviceaccounts`
  const { certificate: cert, key } = adminAccess()
  const post = { method: 'POST', cert, key, headers: { 'content-type': 'application/json' } }
  assert.equal((await ask(accounts, post, { metadata: { name: 'robot' } })).status, 201)
  const { text } = await ask(`${accounts}/robot/token`, post, {})
  return (JSON.parse(text) as { status: { token: string } }).status.token
}

/** Containers with their process ids. */
async function tasks(): Promise<string[]> {
  const address = ['--address', layout.containerd.socket, '--namespace', 'k8s.io']
  const { stdout, stderr } = await run('ctr', [...address, 'tasks', 'list'])
  assert.equal(stderr, '')
  return stdout.trim().split('\n').slice(1).sort()
}

const isAlive = (pid: string) => existsSync(`/proc/${pid}`)

/** Everything outside the data directory that belongs to the cluster. */
async function leftovers(): Promise<string[]> {
  const processes = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid || !existsSync(`/proc/${pid}/cmdline`)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
    } catch {
      return false
    }
  })
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder))
  const bridges = readdirSync('/sys/class/net').filter((name) => name === layout.containerd.bridge)
  const rules = (await run('iptables', ['-t', 'nat', '-S'])).stdout
    .split('\n')
    .filter((line) => line.includes(layout.containerd.bridge))
  return [...processes, ...mounts, ...bridges, ...rules]
}

test('wrong words are answered with what is right', async () => {
  const command = await run(kubeling, ['upp'])
  assert.equal(command.code, 1)
  assert.match(command.stderr, /unknown command "upp"\nDid you mean up\?/)
  const flag = await run(kubeling, ['up', '--tutoral'])
  assert.equal(flag.code, 1)
  assert.match(flag.stderr, /unknown flag: --tutoral\nDid you mean --tutorial\?/)
  const value = await run(kubeling, ['up', '--pod-cidr=10.0.0.0'])
  assert.match(value.stderr, /"--pod-cidr" flag: it takes an IPv4 network, as in 10\.244\.0\.0\/24/)
  assert.match((await run(kubeling, ['--help'])).stdout, /^ {2}down {5}Stop the cluster/m)
  assert.match((await run(kubeling, ['up', '--help'])).stdout, /--keep-pods/)
  assert.match((await run(kubeling, ['version'])).stdout, /^kubeling \d.*\nKubernetes v1\.36/)
})

test('status of nothing ends with 3; down says that there is nothing, and touches no folder of others', async () => {
  const status = await run(kubeling, ['status', dataDir])
  assert.equal(status.code, 3)
  assert.equal(status.stdout, `kubeling does not run on ${folder}\n`)
  const down = await run(kubeling, ['down', dataDir, '--delete-data'])
  assert.equal(down.code, 1)
  assert.equal(down.stderr, `Error: ${folder} is no data directory of kubeling\n`)
  assert.equal(existsSync(folder), true)
  const none = await run(kubeling, ['down', `${dataDir}-none`])
  assert.equal(none.stdout, `Nothing runs: there is no ${folder}-none.\n`)
})

test('up --tutorial ends with the welcome page of a pod', async () => {
  await up('--tutorial')
  const output = running.output()
  assert.match(output, /pod\/nginx-server created/)
  assert.match(output, /<title>Welcome to nginx!<\/title>/)
  assert.match(output, /^nginx-server +2\/2 +Running +0 .* kubeling /m)
  assert.match(await page(podUrl(output)), /Welcome to nginx/)
  assert.equal(statSync(layout.kubeconfig).mode & 0o777, 0o600)
})

test('status tells what runs', async () => {
  const { stdout, code } = await run(kubeling, ['status', dataDir])
  assert.equal(code, 0, stdout)
  assert.match(stdout, new RegExp(`^kubeling is up on ${folder}, process \\d+, since `))
  assert.match(stdout, /^ {2}node +kubeling, ready$/m)
  assert.match(stdout, /^ {2}pods +1 Running$/m)
})

test('nobody gets in without credentials, but to ask whether it is well', async () => {
  const server = `https://127.0.0.1:${securePort}`
  const open = ['/livez', '/readyz', '/healthz']
  assert.deepEqual(await Promise.all(open.map((path) => statusOf(server + path))), [200, 200, 200])
  const shut = ['/', '/version', '/api', '/metrics', '/api/v1/secrets', '/livez/ping', '/openid/v1/jwks']
  assert.deepEqual(
    await Promise.all(shut.map((path) => statusOf(server + path))),
    shut.map(() => 401),
  )
  const robot = { authorization: `Bearer ${await tokenOfRobot(server)}` }
  assert.equal(await statusOf(`${server}/api/v1/pods`, robot), 403)
  assert.equal(await statusOf(`${server}/apis`, robot), 200)
  const kubelet = /kubelet on (https:\S+)/.exec(running.output())?.[1]
  for (const path of ['/pods', '/metrics', '/run/default/nginx-server/log-output']) {
    assert.equal(await statusOf(`${kubelet}${path}`), 401)
    assert.equal(await statusOf(`${kubelet}${path}`, robot), 403)
  }
})

test('the node is a node: it reads what its pods use, and writes itself', async () => {
  const node = ['--as=system:node:kubeling', '--as-group=system:nodes']
  const why = async (...args: string[]) =>
    (await run(program('kubectl'), [`--kubeconfig=${layout.kubeconfig}`, ...args, ...node])).stderr
  assert.match(
    await why('get', 'secrets', '-A'),
    /User "system:node:kubeling" cannot list resource "secrets"/,
  )
  assert.match(await why('get', 'clusterroles'), /cannot list resource "clusterroles"/)
  assert.match(
    await why('label', 'node/kubeling', 'node-restriction.kubernetes.io/a=b'),
    /nodes "kubeling" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io\/a/,
  )
  assert.doesNotMatch(readFileSync(layout.log, 'utf8'), /is forbidden/)
})

test('a second one on the same folder says who has it; one on the same port names the flag', async (t) => {
  const same = await run(kubeling, ['up', dataDir])
  assert.equal(same.code, 1)
  const holder = /process (\d+)/.exec((await run(kubeling, ['status', dataDir])).stdout)?.[1]
  assert.match(same.stderr, new RegExp(`already up on ${folder} \\(process ${holder}, since `))
  const other = mkdtempSync(join(tmpdir(), 'kubeling-up-'))
  t.after(() => rmSync(other, { recursive: true, force: true }))
  const port = await run(kubeling, [
    'up',
    `--data-dir=${other}`,
    `--secure-port=${securePort}`,
    '--kubelet-port=0',
  ])
  assert.equal(port.code, 1)
  assert.match(port.stderr, /is taken: choose another with --secure-port\n/)
})

test('kill -9: the pod goes on, and the next start takes it over as it is', async () => {
  const url = podUrl(running.output())
  const before = await tasks()
  await killed()
  assert.match(await page(url), /Welcome to nginx/)
  const status = await run(kubeling, ['status', dataDir])
  assert.equal(status.code, 3)
  assert.match(status.stdout, /was killed\.\n {2}1 of its pods still run/)
  await up()
  await until('the pod to be seen', async () =>
    (await run(kubeling, ['status', dataDir])).stdout.includes('1 Running'),
  )
  assert.deepEqual(await tasks(), before)
  assert.equal(before.length, 3)
  assert.match(await page(url), /Welcome to nginx/)
})

/** Kills the program itself: the launcher is replaced by it. */
async function killed(): Promise<void> {
  assert.equal(await running.stop('SIGKILL'), 'SIGKILL')
}

test('Ctrl-C ends the pods and everything else', async () => {
  assert.equal(await running.stop('SIGINT'), 0, running.output())
  assert.match(running.output(), /Stopping\. Once more leaves at once\./)
  assert.deepEqual(await leftovers(), [])
})

test('the next start runs the same pod again; --keep-pods leaves it', async () => {
  await up('--tutorial', '--keep-pods')
  const url = podUrl(running.output())
  assert.match(running.output(), /The pod of an earlier run is there/)
  const pids = (await tasks()).map((line) => line.split(/ +/)[1] as string)
  assert.equal(await running.stop('SIGTERM'), 0, running.output())
  assert.match(await page(url), /Welcome to nginx/)
  assert.ok(pids.length === 3 && pids.every(isAlive))
  const down = await run(kubeling, ['down', dataDir])
  assert.equal(down.code, 0, down.stderr)
  assert.match(down.stdout, new RegExp(`kubeling is down; its data is kept in ${folder}\\.`))
  assert.deepEqual(await leftovers(), [])
  assert.deepEqual(pids.filter(isAlive), [])
})

test('down stops a running cluster and deletes its data', async () => {
  await up()
  const down = await run(kubeling, ['down', dataDir, '--delete-data'])
  assert.equal(down.code, 0, down.stderr)
  assert.equal(await running.stop(), 0, running.output())
  assert.equal(existsSync(folder), false)
  assert.deepEqual(await leftovers(), [])
})

test('a second Ctrl-C leaves at once; down ends what is left', async () => {
  await up('--tutorial', '--stop-timeout=60s')
  running.child.kill('SIGINT')
  // An echo of the first, as launchers give one, is no second.
  running.child.kill('SIGINT')
  await until('the wait for pods', () => running.output().includes('Ending pods: waiting for nginx-server'))
  assert.equal(await running.stop('SIGINT'), 1)
  assert.match(running.output(), /Left at once/)
  assert.equal((await run(kubeling, ['down', dataDir, '--delete-data'])).code, 0)
  assert.deepEqual(await leftovers(), [])
})
