// kill -9 of the kubelet and of containerd at random moments, with twenty pods of all sorts on the node and others that
// come and go meanwhile. KUBELING_KUBELET_KILLS=100 and KUBELING_CONTAINERD_KILLS=20 are the long form, KUBELING_SEED replays.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { never } from '#base/cancel'
import { isApiError } from '#base/errors'
import { type Client, createClient, httpTransport } from '#client'
import { realClock } from '#host/clock'
import { configMap } from '#kinds/core/config-map'
import { pod as pods } from '#kinds/core/pod/index'
import { secret } from '#kinds/core/secret'
import type { Pod } from '#kinds/gen/core-v1'
import type { RuntimeContainer } from '#kubelet'
import { Cleanups } from '../../testkit/host/cluster.ts'
import { program, startApiServer } from '../../testkit/host/kubeling.ts'
import { type Running, start, until } from '../../testkit/host/process.ts'
import { startRuntime, type TestRuntime } from '../../testkit/host/runtime.ts'
import { seededRandom } from '../../testkit/seeded-random.ts'
import { namespace, nodeName, podMaker } from './kill-pods.ts'

const kubeletKills = Number(process.env['KUBELING_KUBELET_KILLS'] ?? 2)
const containerdKills = Number(process.env['KUBELING_CONTAINERD_KILLS'] ?? 1)
const seed = Number(process.env['KUBELING_SEED'] ?? Math.floor(performance.timeOrigin % 1e6))
const random = seededRandom(seed)

const folder = mkdtempSync(join(tmpdir(), 'kubeling-kill-'))
const starts = join(folder, 'starts')
const rootDir = join(folder, 'kubelet')
const logsDir = join(folder, 'pods')
const manifests = join(folder, 'manifests')
const { podOf, steady, ended, deaf } = podMaker(starts)
const cleanups = new Cleanups()
let own: TestRuntime
let client: Client
let kubelet: Running
let startKubelet: () => Running
let faults: string[] = []
/** How long nobody could end a container. */
let awayMs = 0

/** How long pods have that do not end by themselves. */
const graceSeconds = 5
/** What a kubelet or a containerd that is killed just then may add. */
const lateMs = 4000

const pause = (ms: number) => new Promise<void>((resolve) => void realClock.after(ms, resolve))
const upTo = (ms: number) => pause(random.next() * ms)
const get = (name: string) => client.get<Pod>(pods, name, { namespace })
const all = async () => (await client.list<Pod>(pods, { namespace })).items
const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
const isGone = (name: string) =>
  get(name).then(
    () => false,
    (error: unknown) => isApiError(error, 'NotFound'),
  )
const keyOf = ({ labels }: RuntimeContainer) =>
  `${labels['io.kubernetes.pod.name']}/${labels['io.kubernetes.container.name']}`
/** Undefined while the runtime is away. */
const containers = () => own.runtime.listContainers({}, never).catch(() => undefined)
const told = (error: Error) => {
  throw new Error(`${error.message} (KUBELING_SEED=${seed})\n${kubelet.output()}`, { cause: error })
}
const waitFor = (what: string, holds: () => Promise<boolean>, ms = 60_000) =>
  until(what, holds, ms).catch(told)

before(async () => {
  for (const path of [starts, manifests]) mkdirSync(path)
  own = await startRuntime(folder)
  const server = await startApiServer(cleanups as never)
  client = createClient(httpTransport({ server: server.url }))
  cleanups.after(() => client.transport.close())
  await client.create(configMap, { metadata: { name: 'settings', namespace }, data: { a: 'b' } })
  await client.create(secret, { metadata: { name: 'hidden', namespace }, stringData: { a: 'b' } })
  const standing = podOf('standing')
  delete standing.spec?.nodeName
  writeFileSync(join(manifests, 'standing.json'), JSON.stringify(standing))
  const args = [
    `--api-servers=${server.url}`,
    `--container-runtime-endpoint=${own.layout.socket}`,
    `--cgroup-root=${own.layout.cgroup}`,
    `--hostname-override=${nodeName}`,
    '--node-ip=127.0.0.1',
    `--root-dir=${rootDir}`,
    `--pod-logs-dir=${logsDir}`,
    `--pod-manifest-path=${manifests}`,
    '--port=0',
    '--healthz-port=0',
  ]
  startKubelet = () => start(cleanups as never, program('kubelet'), args)
  kubelet = startKubelet()
  await Promise.all([...steady, ...ended].map((pod) => client.create(pods, pod)))
  await waitFor(
    'all pods',
    async () => {
      const found = await all()
      const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'
      return (
        found.length === steady.length + ended.length + 1 && found.every((pod) => isReady(pod) || isOver(pod))
      )
    },
    120_000,
  )
})

after(async () => {
  await cleanups.run()
  await own.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Watch {
  /** When each container was last seen to run. */
  readonly lastSeen: ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** Looks again and again what runs, and whether anything runs twice, until told to stop. */
function watchRunning(): Watch {
  const stop = new AbortController()
  const lastSeen = new Map<string, number>()
  const watching = (async () => {
    while (!stop.signal.aborted) {
      const running = (await containers())?.filter(({ state }) => state === 'running').map(keyOf) ?? []
      for (const key of running) lastSeen.set(key, Date.now())
      for (const key of running.filter((one, i) => running.indexOf(one) !== i))
        faults.push(`${key} runs twice`)
      await pause(50)
    }
  })()
  return {
    lastSeen,
    async stop() {
      stop.abort()
      await watching
    },
  }
}

/** What must not change, whoever is killed: the containers of the steady pods, and those that ended. */
async function snapshot(): Promise<Record<string, string>> {
  const list = (await until('the runtime', containers)) as RuntimeContainer[]
  const kept = new Set(
    [...steady, ...ended].map(({ metadata }) => metadata.name).concat(`standing-${nodeName}`),
  )
  const own_ = list.filter(({ labels }) => kept.has(labels['io.kubernetes.pod.name']))
  return Object.fromEntries(own_.map((one) => [`${keyOf(one)} ${one.id}`, one.state]))
}

/** Pods that do not end when asked to, one after the other: each is killed when its grace is over, and not much later. */
async function mortals(prefix: string, { lastSeen }: Watch, isOver: () => boolean): Promise<void> {
  for (let i = 0; i === 0 || !isOver(); i++) {
    const name = `${prefix}-mortal-${i}`
    await client.create(pods, deaf(name, graceSeconds))
    await waitFor(`${name} to run`, async () => isReady(await get(name)))
    await client.delete(pods, name, { namespace })
    const [deletedAt, awayBefore] = [Date.now(), awayMs]
    await waitFor(`${name} to be gone`, () => isGone(name))
    const away = awayMs - awayBefore
    const tookMs = (lastSeen.get(`${name}/main`) ?? 0) - deletedAt
    if (tookMs > graceSeconds * 1000 + lateMs + away) faults.push(`${name} went on for ${tookMs} ms`)
    // While nobody answers, nobody can say whether it runs.
    if (away === 0 && tookMs < (graceSeconds - 1) * 1000) faults.push(`${name} was killed after ${tookMs} ms`)
  }
}

/** Kills again and again while pods come and go. */
async function storm(
  victim: string,
  kills: number,
  calmMs: number,
  kill: () => Promise<void>,
): Promise<void> {
  faults = []
  awayMs = 0
  const before = await snapshot()
  const watch = watchRunning()
  let isOver = false
  const dying = mortals(victim, watch, () => isOver).catch((error: Error) => void faults.push(error.message))
  for (let i = 0; i < kills; i++) {
    if (i % 2 === 0) await client.create(pods, podOf(`${victim}-${i}`))
    else await client.delete(pods, `${victim}-${i - 1}`, { namespace })
    await pause(calmMs)
    await upTo(1500)
    await kill()
    if (i % 10 === 9) assert.deepEqual(await snapshot(), before, `after ${i + 1} kills, seed ${seed}`)
  }
  isOver = true
  if (kills % 2 === 1) await client.delete(pods, `${victim}-${kills - 1}`, { namespace })
  await dying
  await waitFor(
    'what passed to be gone',
    async () => (await all()).length === steady.length + ended.length + 1,
  )
  await watch.stop()
  assert.deepEqual(faults, [], `seed ${seed}`)
  assert.deepEqual(await snapshot(), before, 'no container was restarted, none that ended ran again')
  for (const { metadata, status } of await all()) {
    const counts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)
    assert.ok(
      counts.every((count) => count === 0),
      `${metadata.name}: ${counts.join()}`,
    )
  }
  for (const file of readdirSync(starts)) {
    // What passed may have been cut off before it started.
    assert.equal(readFileSync(join(starts, file), 'utf8'), 'x\n', `${file} started once`)
  }
}

test(`the kubelet is killed ${kubeletKills} times`, async (t) => {
  t.diagnostic(`KUBELING_SEED=${seed}`)
  await storm('kubelet', kubeletKills, 0, async () => {
    await kubelet.stop('SIGKILL')
    kubelet = startKubelet()
  })
})

test(`containerd is killed ${containerdKills} times`, async () => {
  // A runtime that never stays cannot end anything: the kubelet needs a while to reach it.
  await storm('containerd', containerdKills, 3000, async () => {
    const pid = own.containerd.pid() as number
    process.kill(pid, 'SIGKILL')
    // Counted as it goes by, for pods that end meanwhile.
    const [began, before] = [performance.now(), awayMs]
    await until('the next containerd', async () => {
      awayMs = before + performance.now() - began
      const next = own.containerd.pid()
      return next !== undefined && next !== pid && (await containers()) !== undefined
    })
  })
})

test('nothing is left of pods that are gone', async () => {
  rmSync(join(manifests, 'standing.json'))
  for (const { metadata } of [...steady, ...ended])
    await client.delete(pods, metadata.name ?? '', { namespace })
  await waitFor('all pods to be gone', async () => (await all()).length === 0)
  await waitFor(
    'the sandboxes to be gone',
    async () => (await own.runtime.listPodSandbox({}, never)).length === 0,
  )
  assert.deepEqual(await own.runtime.listContainers({}, never), [])
  await waitFor('their folders to be gone', async () => readdirSync(join(rootDir, 'pods')).length === 0)
  assert.deepEqual(readdirSync(logsDir), [])
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  assert.deepEqual(
    mounts.filter((line) => line.includes(rootDir)),
    [],
  )
  await waitFor('the processes of sandboxes to be gone', async () => shims().length === 0).catch((error) => {
    throw new Error(`left: ${shims().join('; ')}`, { cause: error })
  })
})

/** The processes under which containerd's containers run. */
function shims(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return line.includes(`-address ${own.layout.socket}`) ? [`${pid} ${line}`] : []
    } catch {
      return []
    }
  })
}
