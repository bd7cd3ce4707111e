// logs, exec, attach, port-forward and run of our kubectl, on real containers.
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { Cleanups, startCluster } from '../../testkit/host/cluster.ts'
import { program } from '../../testkit/host/kubeling.ts'
import { run, start, until } from '../../testkit/host/process.ts'

const cleanups = new Cleanups()
let env: NodeJS.ProcessEnv
let registry = ''

const kubectl = (args: readonly string[], input?: string) =>
  run(program('kubectl'), args, { env, timeoutMs: 30_000, ...(input !== undefined && { input }) })

const pod = `apiVersion: v1
kind: Pod
metadata: {name: shell}
spec:
  nodeName: kubeling
  terminationGracePeriodSeconds: 1
  containers:
  - {name: first, image: REGISTRY/busybox, command: [sh, -c, "while read line; do echo got $line; done"], stdin: true}
  - {name: second, image: REGISTRY/busybox, command: [sh, -c, "echo a; echo b; sleep 3600"]}
`

describe('kubectl', () => {
  before(async () => {
    ;({ env, registry } = await startCluster(cleanups as unknown as TestContext))
    const made = await kubectl(['create', '-f', '-'], pod.replaceAll('REGISTRY', registry))
    assert.equal(made.code, 0, made.stderr)
    await until(
      'the pod to run',
      async () => (await kubectl(['get', 'pod', 'shell'])).stdout.includes('2/2'),
      60_000,
    )
  })

  after(() => cleanups.run())

  test('logs: one container, all of them, the last lines', async () => {
    const { stdout, stderr } = await kubectl(['logs', 'shell', '-c', 'second'])
    assert.deepEqual([stdout, stderr], ['a\nb\n', ''])
    assert.equal((await kubectl(['logs', 'shell', 'second', '--tail=1'])).stdout, 'b\n')
    assert.equal(
      (await kubectl(['logs', 'shell', '--all-containers', '--prefix'])).stdout,
      '[pod/shell/second] a\n[pod/shell/second] b\n',
    )
    const wrong = await kubectl(['logs', 'shell', '-c', 'third'])
    assert.deepEqual([wrong.code, wrong.stderr], [1, 'error: container third is not valid for pod shell\n'])
  })

  test('exec: output, errors, input with its end, exit codes', async () => {
    const both = await kubectl([
      'exec',
      'shell',
      '-c',
      'second',
      '--',
      'sh',
      '-c',
      'echo out; echo err >&2; exit 3',
    ])
    assert.deepEqual(both, { code: 3, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 3\n' })
    const text = 'x'.repeat(1_000_000)
    const counted = await kubectl(['exec', '-i', 'shell', '-c', 'second', '--', 'wc', '-c'], text)
    assert.equal(counted.stdout.trim(), '1000000')
    const large = await kubectl(['exec', 'shell', '-c', 'second', '--', 'head', '-c', '1000000', '/dev/zero'])
    assert.equal(large.stdout.length, 1_000_000)
    const missing = await kubectl(['exec', 'shell', '-c', 'second', '--', 'nope'])
    assert.equal(missing.code, 1)
    assert.match(missing.stderr, /executable file not found in \$PATH/)
  })

  test('attach: input to the process that runs, and what it prints', async (t) => {
    const attached = start(t, program('kubectl'), ['attach', 'shell', '-c', 'first', '--quiet'], env)
    // Nothing tells when the first session listens, so the second one speaks until it is heard.
    await until(
      'the answer',
      async () => {
        const words = ['attach', '-i', 'shell', '-c', 'first', '--quiet']
        await run(program('kubectl'), words, { env, input: 'hello\n', timeoutMs: 1500 })
        return attached.output().includes('got hello')
      },
      30_000,
    )
  })

  test('port-forward: several connections, both address families', async (t) => {
    const forwarding = start(t, program('kubectl'), ['port-forward', 'pod/nginx-server', ':80'], env)
    await until('the port', () => /127\.0\.0\.1:\d+ -> 80/.test(forwarding.output()), 20_000)
    const port = /127\.0\.0\.1:(\d+) -> 80/.exec(forwarding.output())?.[1]
    const pages = await Promise.all(
      Array.from({ length: 8 }, async () => (await fetch(`http://127.0.0.1:${port}/`)).text()),
    )
    for (const page of pages) assert.match(page, /Welcome to nginx!/)
    assert.match(forwarding.output(), /Handling connection for \d+\n/)
    assert.equal(await forwarding.stop('SIGINT'), 0)
  })

  test('run --rm -i: a pod for one command', async () => {
    const overrides = JSON.stringify({ spec: { nodeName: 'kubeling', terminationGracePeriodSeconds: 1 } })
    const flags = ['--image', `${registry}/busybox`, '--restart=Never', '--overrides', overrides]
    const done = await kubectl(
      ['run', 'once', '--rm', '-i', '-q', ...flags, '--', 'cat'],
      'through the pod\n',
    )
    assert.match(done.stdout, /through the pod\n[\s\S]*pod "once" deleted\n/)
    assert.equal(done.code, 0, done.stderr)
  })
})
