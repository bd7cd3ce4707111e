// A node's life on a real containerd: what goes on while the API server is away.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { type Client, createClient, httpTransport } from '#client'
import { pod as pods } from '#kinds/core/pod/index'
import type { Lease } from '#kinds/gen/coordination-v1'
import type { Pod } from '#kinds/gen/core-v1'
import { Cleanups } from '../../testkit/host/cluster.ts'
import { program, startApiServer } from '../../testkit/host/kubeling.ts'
import { type Running, start, until } from '../../testkit/host/process.ts'
import { startRuntime, testImage, type TestRuntime } from '../../testkit/host/runtime.ts'

/** How long the API server is away: the long form is ten minutes, 600. */
const awaySeconds = Number(process.env.KUBELING_AWAY_SECONDS ?? 4)

const cleanups = new Cleanups()
const folder = mkdtempSync(join(tmpdir(), 'kubeling-life-'))
const manifests = join(folder, 'manifests')
let own: TestRuntime

const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true } as const

const podOf = (name: string, script: string, more: object = {}): Pod => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'default' },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'main', image: testImage, command: ['sh', '-c', script] }],
    ...more,
  },
})

const isRunning = async (client: Client, name: string) =>
  (await client.get<Pod>(pods, name, { namespace: 'default' }).catch(() => undefined))?.status?.phase ===
  'Running'

/** The runtime lists containers in no order of its own. */
const running = async () =>
  (await own.runtime.listContainers({}, never))
    .flatMap(({ id, state }) => (state === 'running' ? [id] : []))
    .sort()

function startKubelet(t: TestContext, args: readonly string[]): Running {
  return start(t, program('kubelet'), [
    `--container-runtime-endpoint=unix://${own.layout.socket}`,
    '--hostname-override=node-1',
    '--node-ip=127.0.0.1',
    `--root-dir=${join(folder, 'kubelet')}`,
    `--pod-logs-dir=${join(folder, 'pods')}`,
    `--pod-manifest-path=${manifests}`,
    '--file-check-frequency=1s',
    '--address=127.0.0.1',
    '--healthz-port=0',
    `--cgroup-root=${own.layout.cgroup}`,
    '--eviction-hard=memory.available<1Mi',
    '--node-status-update-frequency=1s',
    ...args,
  ])
}

const withOutput = (kubelet: Running) => (error: Error) => {
  throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
}

describe('the life of a node', () => {
  before(async () => {
    mkdirSync(manifests)
    cleanups.after(() => rmSync(folder, { recursive: true, force: true }))
    own = await startRuntime(folder)
    cleanups.after(() => own.close())
  })
  after(() => cleanups.run())

  test(`pods and static pods go on while the API server is away for ${awaySeconds} s, and are told of afterwards`, async (t) => {
    const dataDir = `--data-dir=${join(folder, 'store')}`
    const first = await startApiServer(t, [dataDir])
    const ports = { insecure: Number(new URL(first.url).port), secure: Number(new URL(first.secureUrl).port) }
    const client = createClient(httpTransport({ server: first.url }))
    t.after(() => client.transport.close())
    const kubelet = startKubelet(t, [`--api-servers=${first.url}`, '--port=0'])
    const flag = join(folder, 'flag')
    const volumes = [{ name: 'f', hostPath: { path: folder } }]
    const waits = podOf('waits', `while [ ! -f /f/flag ]; do sleep 0.2; done; exit 7`, {
      nodeName: 'node-1',
      restartPolicy: 'Never',
      volumes,
    })
    const stays = podOf('stays', `exec sleep ${1000 + awaySeconds}`, { nodeName: 'node-1', volumes })
    for (const { spec } of [waits, stays])
      for (const one of spec?.containers ?? []) one.volumeMounts = [{ name: 'f', mountPath: '/f' }]
    const probe = { exec: { command: ['sh', '-c', 'echo >> /f/probes'] }, periodSeconds: 1 }
    for (const one of stays.spec?.containers ?? []) one.livenessProbe = probe
    const probes = async () => (await readFile(join(folder, 'probes'), 'utf8')).length
    await client.create(pods, waits, { namespace: 'default' })
    await client.create(pods, stays, { namespace: 'default' })
    for (const name of ['waits', 'stays'])
      await until(`${name} to run`, () => isRunning(client, name)).catch(withOutput(kubelet))
    await until('a first probe', () => probes().catch(() => undefined))
    const before = await running()
    const lease = () => client.get<Lease>(leases, 'node-1', { namespace: 'kube-node-lease' })
    const renewed = (await lease()).spec?.renewTime
    await first.stop('SIGKILL')
    const since = performance.now()
    const probed = await probes()
    await writeFile(flag, '')
    await writeFile(join(manifests, 'later.json'), JSON.stringify(podOf('later', 'exec sleep 1000')))
    await until(
      'the static pod to start and the other to end',
      async () => {
        const now = await running()
        return now.length === 2 && now.some((id) => !before.includes(id))
      },
      30_000,
    ).catch(withOutput(kubelet))
    await until(
      'the time to be over',
      () => performance.now() - since > awaySeconds * 1000,
      awaySeconds * 1000 + 10_000,
    )
    // Half of them: a busy machine may be late, but none of the probes waits for the API server.
    const asked = await until('probes that go on', async () => {
      const more = (await probes()) - probed
      return more >= awaySeconds / 2 && more
    })
    const still = await running()
    assert.equal(still.length, 2, 'one pod that stays, one static pod')
    await startApiServer(t, [dataDir], ports)
    const ended = await until('what happened meanwhile', async () => {
      const found = await client.get<Pod>(pods, 'waits', { namespace: 'default' }).catch(() => undefined)
      return found?.status?.phase === 'Failed' && found
    }).catch(withOutput(kubelet))
    assert.equal(ended.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 7)
    await until('the mirror of the static pod', () => isRunning(client, 'later-node-1')).catch(
      withOutput(kubelet),
    )
    await until('the lease', async () => (await lease()).spec?.renewTime !== renewed)
    assert.deepEqual(await running(), still, 'nothing was restarted')
    t.diagnostic(
      `away for ${((performance.now() - since) / 1000).toFixed(1)} s: 0 restarts, 2 pods went on, probed ${asked} times`,
    )
    rmSync(join(manifests, 'later.json'))
    for (const name of ['waits', 'stays']) await client.delete(pods, name, { namespace: 'default' })
    await until('all pods to end', async () => (await running()).length === 0).catch(withOutput(kubelet))
  })
})
