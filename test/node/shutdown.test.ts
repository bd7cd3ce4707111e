// A machine that goes down: a real bus, systemd's busctl on it, and stand-ins for what asks logind itself.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { chmod, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createClient, httpTransport } from '#client'
import { pod as pods } from '#kinds/core/pod/index'
import type { Node, Pod } from '#kinds/gen/core-v1'
import { Cleanups } from '../../testkit/host/cluster.ts'
import { program, startApiServer } from '../../testkit/host/kubeling.ts'
import { run, start, until } from '../../testkit/host/process.ts'
import { startRuntime, testImage, type TestRuntime } from '../../testkit/host/runtime.ts'

const nodes = { group: '', version: 'v1', plural: 'nodes', namespaced: false } as const
const tools = ['dbus-daemon', 'dbus-send', 'busctl'].map((name) => `/usr/bin/${name}`)
const missing = tools.filter((path) => !existsSync(path))
const skip = missing.length > 0 && `this machine has no ${missing.join(', ')}`

const cleanups = new Cleanups()
const folder = mkdtempSync(join(tmpdir(), 'kubeling-shutdown-'))
let own: TestRuntime

const podOf = (name: string, script: string, more: object = {}): Pod => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'default' },
  spec: {
    nodeName: 'node-1',
    containers: [
      {
        name: 'main',
        image: testImage,
        command: ['sh', '-c', script],
        volumeMounts: [{ name: 'f', mountPath: '/f' }],
      },
    ],
    volumes: [{ name: 'f', hostPath: { path: folder } }],
    ...more,
  },
})

/** A bus whose signals any program of the test may send. */
const busConfiguration = (socket: string) => `<busconfig>
<type>system</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow send_type="signal"/>
<allow receive_sender="*"/></policy></busconfig>`

/** Without logind on the bus its answer is made up; the lock is a file for as long as its command runs. */
const standIns = {
  busctl: `#!/bin/sh
case "$*" in
*get-property*) echo '{"type":"t","data":60000000}' ;;
*) exec /usr/bin/busctl "$@" ;;
esac
`,
  'systemd-inhibit': `#!/bin/sh
touch ${folder}/lock
while [ "$1" != sh ]; do shift; done
"$@"
rm ${folder}/lock
`,
}

const note = (name: string) =>
  `trap 'sleep 1; echo ${name} >> /f/ended; exit 0' TERM; while :; do sleep 0.1; done`

describe('a machine that goes down', () => {
  before(async () => {
    cleanups.after(() => rmSync(folder, { recursive: true, force: true }))
    own = await startRuntime(folder)
    cleanups.after(() => own.close())
  })
  after(() => cleanups.run())

  test('a shutdown waits for the pods, critical ones last; pods from a URL run', { skip }, async (t) => {
    const socket = join(folder, 'bus')
    await writeFile(join(folder, 'bus.conf'), busConfiguration(socket))
    start(t, '/usr/bin/dbus-daemon', [`--config-file=${join(folder, 'bus.conf')}`, '--nofork'])
    mkdirSync(join(folder, 'bin'))
    for (const [name, text] of Object.entries(standIns)) {
      await writeFile(join(folder, 'bin', name), text)
      await chmod(join(folder, 'bin', name), 0o755)
    }
    const manifest = podOf('listed', 'exec sleep 1000', { terminationGracePeriodSeconds: 1 })
    const web = createServer((_request, response) => void response.end(JSON.stringify(manifest)))
    await once(web.listen(0, '127.0.0.1'), 'listening')
    t.after(() => web.close())
    const { port } = web.address() as { port: number }
    const configuration = {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      staticPodURL: `http://127.0.0.1:${port}/`,
      shutdownGracePeriod: '40s',
      shutdownGracePeriodCriticalPods: '20s',
      evictionHard: { 'memory.available': '1Mi' },
      healthzPort: 0,
      podsPerCores: 1,
    }
    await writeFile(join(folder, 'config.yaml'), JSON.stringify(configuration))
    const api = await startApiServer(t, [`--data-dir=${join(folder, 'store')}`])
    const client = createClient(httpTransport({ server: api.url }))
    t.after(() => client.transport.close())
    const env = {
      DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}`,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    }
    const args = [
      `--container-runtime-endpoint=unix://${own.layout.socket}`,
      '--hostname-override=node-1',
      '--node-ip=127.0.0.1',
      `--root-dir=${join(folder, 'kubelet')}`,
      `--pod-logs-dir=${join(folder, 'pods')}`,
      `--cgroup-root=${own.layout.cgroup}`,
      `--config=${join(folder, 'config.yaml')}`,
      `--api-servers=${api.url}`,
      '--port=0',
    ]
    const kubelet = start(t, program('kubelet'), args, env)
    const get = (name: string) => client.get<Pod>(pods, name, { namespace: 'default' }).catch(() => undefined)
    const seen = (what: string, name: string, phase: string) =>
      until(what, async () => {
        const found = await get(name)
        return found?.status?.phase === phase && found
      }).catch((error: Error) => {
        throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
      })
    await client.create(pods, podOf('plain', note('plain')), { namespace: 'default' })
    const critical = { priorityClassName: 'system-node-critical', priority: 2_000_001_000 }
    await client.create(pods, podOf('critical', note('critical'), critical), { namespace: 'default' })
    for (const name of ['plain', 'critical', 'listed-node-1']) await seen(`${name} to run`, name, 'Running')
    assert.match(
      kubelet.output(),
      /strict decoding failed" err="strict decoding error: unknown field \\"podsPerCores/,
    )
    await until('the lock', () => existsSync(join(folder, 'lock')))
    const signal = [
      '--system',
      '--type=signal',
      '/org/freedesktop/login1',
      'org.freedesktop.login1.Manager.PrepareForShutdown',
      'boolean:true',
    ]
    const send = () => run('/usr/bin/dbus-send', signal, { env })
    const isDown = async () => {
      const { status } = await client.get<Node>(nodes, 'node-1', {})
      return status?.conditions?.some(({ message }) => message === 'node is shutting down')
    }
    // The signal is for who listens already, and that shows in nothing before it.
    await until('the node to go', async () => (await send()).code === 0 && isDown())
    await client.create(pods, podOf('late', 'exec sleep 1000'), { namespace: 'default' })
    const late = await seen('the refusal', 'late', 'Failed')
    assert.deepEqual(
      [late.status?.reason, late.status?.message],
      ['NodeShutdown', 'Pod was rejected: Pod was rejected as the node is shutting down.'],
    )
    const message = 'Pod was terminated in response to imminent node shutdown.'
    for (const name of ['plain', 'critical', 'listed-node-1']) {
      const { status } = await seen(`${name} to end`, name, 'Failed')
      assert.deepEqual([status?.reason, status?.message], ['Terminated', message], name)
      const target = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
      assert.deepEqual([target?.status, target?.reason], ['True', 'TerminationByKubelet'], name)
    }
    await until('the lock to be given back', () => !existsSync(join(folder, 'lock')))
    const { stdout } = await run('cat', [join(folder, 'ended')])
    assert.deepEqual(stdout.trim().split('\n'), ['plain', 'critical'])
  })
})
