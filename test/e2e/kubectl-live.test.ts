// Every kubectl on the machine, ours and upstream's, in a pod's whole life on one cluster.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { Cleanups, startCluster } from '../../testkit/host/cluster.ts'
import { program } from '../../testkit/host/kubeling.ts'
import { run, start, tempDir, until } from '../../testkit/host/process.ts'
import { kubectlVersions, noKubectl, upstreamKubectl } from '../../testkit/host/upstream-kubectl.ts'

const upstream = kubectlVersions.map((version) => ({
  name: `kubectl ${version}`,
  path: upstreamKubectl(version),
  missing: noKubectl(version),
}))
const programs = [{ name: 'our kubectl', path: program('kubectl'), missing: '' }, ...upstream]

const cleanups = new Cleanups()
let env: NodeJS.ProcessEnv
let registry = ''

const manifest = (name: string, more = '') => `apiVersion: v1
kind: Pod
metadata: {name: ${name}${more}}
spec:
  nodeName: kubeling
  terminationGracePeriodSeconds: 1
  containers:
  - {name: web, image: ${registry}/nginx, ports: [{containerPort: 80}]}
  - {name: ticks, image: ${registry}/busybox, command: [sh, -c, "while true; do echo tick; sleep 0.2; done"]}
`

/** Runs a command line in a terminal of its own, types into it, and gives what the terminal shows and the exit code. */
async function inTerminal(
  words: readonly string[],
  typed: string,
): Promise<{ screen: string; code: number | null }> {
  const line = words.map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', line, '/dev/null'], { env: { ...process.env, ...env } })
  let screen = ''
  child.stdout.on('data', (piece: Buffer) => {
    // The prompt shows that somebody listens.
    if (!screen.includes('# ') && `${screen}${piece.toString()}`.includes('# ')) child.stdin.write(typed)
    screen += piece.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const code = await Promise.race([
    ended,
    until('the session to end', () => child.exitCode !== null, 20_000).then(() => child.exitCode),
  ])
  return { screen, code }
}

async function live(t: TestContext, path: string, name: string): Promise<void> {
  const folder = tempDir(t)
  const file = join(folder, 'pod.yaml')
  const editor = join(folder, 'editor')
  writeFileSync(editor, '#!/bin/sh\nsed -i "s/tier: one/tier: two/" "$1"\n', { mode: 0o755 })
  const ok = async (...words: string[]) => {
    const done = await run(path, words, { env: { ...env, KUBE_EDITOR: editor }, timeoutMs: 60_000 })
    assert.equal(done.code, 0, `${words.join(' ')}: ${done.stderr}`)
    return done.stdout
  }
  const watching = start(
    t,
    path,
    ['get', 'pods', '-w', '--no-headers', '--field-selector', `metadata.name=${name}`],
    env,
  )
  writeFileSync(file, manifest(name))
  assert.equal(await ok('create', '-f', file), `pod/${name} created\n`)
  await until(
    `${name} to run`,
    () => new RegExp(`^${name} +2/2 +Running`, 'm').test(watching.output()),
    60_000,
  )
  const wide = await ok('get', 'pod', name, '-o', 'wide')
  assert.match(wide, /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/)
  assert.match(wide, new RegExp(`^${name} +2/2 +Running +0 +\\S+ +10\\.[\\d.]+ +kubeling`, 'm'))
  assert.match(await ok('describe', 'pod', name), /Normal +Started +\S+ +kubelet +\S/)
  writeFileSync(file, manifest(name, ', labels: {tier: one}'))
  assert.match(await ok('apply', '-f', file), new RegExp(`^pod/${name} configured\n$`))
  assert.equal(await ok('edit', 'pod', name), `pod/${name} edited\n`)
  assert.match(await ok('get', 'pod', name, '--show-labels'), /tier=two/)
  const following = start(t, path, ['logs', '-f', name, '-c', 'ticks'], env)
  await until('the log to grow', () => following.output().split('tick').length > 5, 20_000)
  assert.match(await ok('exec', name, '-c', 'web', '--', 'nginx', '-v').then(() => 'ok'), /ok/)
  const { screen, code } = await inTerminal(
    [path, 'exec', '-it', name, '-c', 'ticks', '--', 'sh'],
    'tty; exit 4\n',
  )
  assert.match(screen, /\/dev\/pts\/\d+/)
  assert.equal(code, 4)
  const forwarding = start(t, path, ['port-forward', `pod/${name}`, ':80'], env)
  await until('the port', () => /127\.0\.0\.1:\d+ -> 80/.test(forwarding.output()), 20_000)
  const port = /127\.0\.0\.1:(\d+) -> 80/.exec(forwarding.output())?.[1]
  assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /Welcome to nginx!/)
  assert.match(await ok('delete', 'pod', name), new RegExp(`^pod "${name}" deleted`))
  assert.equal((await run(path, ['get', 'pod', name], { env })).code, 1)
}

describe('a pod is created, shown, watched, described, applied, edited, read, entered, reached and deleted by', () => {
  before(async () => {
    ;({ env, registry } = await startCluster(cleanups as unknown as TestContext))
  })

  after(() => cleanups.run())

  for (const [i, { name, path, missing }] of programs.entries()) {
    const skip = path === undefined ? missing : false
    test(name, { skip, timeout: 180_000 }, (t) => live(t, path as string, `pod-${i}`))
  }
})
