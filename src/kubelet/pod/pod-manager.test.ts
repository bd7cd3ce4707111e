import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import type { Event, Pod, PodStatus } from '#kinds/gen/core-v1'
import { RuntimeFault } from '../contract.ts'
import { FakeRuntime, type FakeRuntimeOptions } from '#testkit/fake-runtime'
import { RecordingClient } from '#testkit/recording-client'
import { seededRandom } from '#testkit/seeded-random'
import { VirtualClock } from '#testkit/virtual-clock'
import { createPodManager } from './pod-manager.ts'

/** A node with a fake runtime, on a clock that moves only while the test waits. */
function node(t: TestContext, options: Partial<FakeRuntimeOptions> = {}) {
  const clock = new VirtualClock()
  const runtime = new FakeRuntime({ clock, ...options })
  const client = new RecordingClient()
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-unit-'))
  const wanted = new Map<string, Pod>()
  let controller = new AbortController()
  let version = 0
  const make = (signal: AbortSignal) => {
    const manager = createPodManager({
      runtime,
      client,
      clock,
      random: seededRandom(1),
      log: silent,
      node: {
        name: 'node-1',
        hostIPs: ['192.0.2.1'],
        capacity: { cpuMilli: 2000, memoryBytes: 2 ** 31 },
        clusterDNS: [],
        clusterDomain: '',
      },
      rootDir: join(folder, 'kubelet'),
      podLogsDir: join(folder, 'pods'),
      resolvConf: '',
    })
    void manager.run(signal)
    manager.update('file', [])
    manager.update('api', [...wanted.values()])
    return manager
  }
  let manager = make(controller.signal)
  t.after(() => {
    controller.abort(new Error('over'))
    rmSync(folder, { recursive: true, force: true })
  })
  const tell = (): void => manager.update('api', [...wanted.values()])
  return {
    clock,
    runtime,
    client,
    manager,
    /** Another kubelet takes over from one that was killed. */
    restart(): void {
      controller.abort(new Error('killed'))
      controller = new AbortController()
      manager = make(controller.signal)
    },
    add(name: string, spec: object = {}): void {
      const containers = [{ name: 'main', image: 'app:1' }]
      const metadata = { name, namespace: 'default', uid: name, resourceVersion: String(++version) }
      const pod: Pod = { metadata, spec: { containers, terminationGracePeriodSeconds: 30, ...spec } }
      client.put('pods', structuredClone(pod))
      wanted.set(name, pod)
      tell()
    },
    remove(name: string, seconds = 30): void {
      const pod = wanted.get(name) as Pod
      const deletion = { deletionTimestamp: 'now', deletionGracePeriodSeconds: seconds }
      wanted.set(name, {
        ...pod,
        metadata: { ...pod.metadata, resourceVersion: String(++version), ...deletion },
      })
      tell()
    },
    forget(name: string): void {
      wanted.delete(name)
      tell()
    },
    status: (name: string) =>
      (client.objects.get(`pods/default/${name}`) as Pod | undefined)?.status as PodStatus,
    exists: (name: string) => client.objects.has(`pods/default/${name}`),
    /** Lets time go on in small steps until something holds; gives up when that has had time enough on both clocks. */
    async until(what: string, holds: () => boolean | undefined, stepMs = 100, steps = 3000): Promise<void> {
      // A busy disk takes its own time for a small file, however far virtual time has gone.
      const realMs = performance.now() + 20_000
      for (let step = 0; step < steps || performance.now() < realMs; step++) {
        if (holds() === true) return
        // Files are written in real time: virtual time stands still for as long as a small read takes.
        await stat(folder)
        await clock.advance(stepMs)
      }
      assert.fail(`gave up waiting for ${what}`)
    },
  }
}

const running = ({ runtime }: ReturnType<typeof node>) =>
  [...runtime.containers.values()].filter(({ state }) => state === 'running')

test('a pod runs, is reported once per change, and is gone after its deletion', async (t) => {
  const on = node(t)
  on.add('web')
  await on.until('running', () => on.status('web')?.phase === 'Running')
  const patches = on.client.calls.filter((call) => call === 'PATCH pods/default/web').length
  await on.clock.advance(60_000)
  assert.equal(on.client.calls.filter((call) => call === 'PATCH pods/default/web').length, patches)
  on.remove('web')
  await on.until('gone', () => !on.exists('web'))
  assert.deepEqual([on.runtime.sandboxes.size, on.runtime.containers.size], [0, 0])
})

test('the object goes only after its processes', async (t) => {
  const on = node(t, { process: () => ({ isDeaf: true }) })
  on.add('deaf')
  await on.until('running', () => on.status('deaf')?.phase === 'Running')
  on.remove('deaf', 30)
  await on.clock.advance(29_000)
  assert.ok(on.exists('deaf'))
  assert.equal(running(on).length, 1)
  await on.until('gone', () => !on.exists('deaf'))
})

test('a pod that could not be ended while the runtime was away is ended as soon as it is back', async (t) => {
  const state = { isAway: false }
  const on = node(t, { fault: () => (state.isAway ? 'before' : undefined) })
  on.add('web')
  await on.until('running', () => on.status('web')?.phase === 'Running')
  state.isAway = true
  on.remove('web')
  await on.clock.advance(120_000)
  state.isAway = false
  const from = on.clock.now()
  await on.until('the end of the process', () => running(on).length === 0)
  assert.ok(on.clock.now() - from <= 2000, `${on.clock.now() - from}`)
  await on.until('gone', () => !on.exists('web'))
})

test('a kubelet that is killed and started anew does not begin the grace of a pod again', async (t) => {
  const on = node(t, { process: () => ({ isDeaf: true }) })
  on.add('deaf')
  await on.until('running', () => on.status('deaf')?.phase === 'Running')
  const from = on.clock.now()
  on.remove('deaf', 60)
  await on.until('the note', () => on.runtime.calls.includes('stopContainer'))
  await on.clock.advance(40_000)
  on.restart()
  await on.until('the end of the process', () => running(on).length === 0, 1000)
  const tookMs = on.clock.now() - from
  assert.ok(tookMs >= 59_000 && tookMs < 75_000, `${tookMs}`)
  await on.until('gone', () => !on.exists('deaf'))
})

test('a second delete with less grace hurries the first', async (t) => {
  const on = node(t, { process: () => ({ isDeaf: true }) })
  on.add('deaf')
  await on.until('running', () => on.status('deaf')?.phase === 'Running')
  on.remove('deaf', 1000)
  await on.clock.advance(2000)
  const from = on.clock.now()
  on.remove('deaf', 2)
  await on.until('the end of the process', () => running(on).length === 0)
  assert.ok(on.clock.now() - from <= 2500, `${on.clock.now() - from}`)
  await on.until('gone', () => !on.exists('deaf'))
})

test('a start that somebody else has begun is waited for, and those behind it wait too', async (t) => {
  const on = node(t)
  const start = on.runtime.startContainer
  const order: string[] = []
  let isUnderWay = true
  on.runtime.startContainer = async (id, signal) => {
    order.push(on.runtime.containers.get(id)?.name ?? '')
    if (isUnderWay) throw new RuntimeFault('failed', `container "${id}" is already in starting state`)
    return start(id, signal)
  }
  const containers = ['first', 'second'].map((name) => ({ name, image: 'app:1' }))
  on.add('web', { containers })
  await on.until('a try', () => order.length > 0)
  await on.clock.advance(500)
  isUnderWay = false
  await on.until('running', () => on.status('web')?.phase === 'Running' && running(on).length === 2)
  assert.deepEqual([...new Set(order.slice(0, -1))], ['first'])
  assert.equal(order.at(-1), 'second')
  const told = [...on.client.objects.values()].map((one) => (one as unknown as Event).reason)
  assert.ok(!told.includes('Failed'))
})

test('a kill cuts off a start that hangs', async (t) => {
  // Longer than all the steps together, each of which may find a real file still being removed.
  const hangsMs = 10_000_000
  const on = node(t, { delayMs: hangsMs })
  on.add('slow')
  await on.until('the sandbox to be asked for', () => on.runtime.calls.includes('runPodSandbox'))
  const from = on.clock.now()
  on.remove('slow', 1)
  await on.until('gone', () => !on.exists('slow'), 100, 30_000)
  assert.ok(on.clock.now() - from < hangsMs)
})

test('calls that fail before or after they did their work make no second container', async (t) => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = seededRandom(seed)
    let isFaulty = true
    const fault = () =>
      !isFaulty || random.next() > 0.25
        ? undefined
        : random.next() < 0.5
          ? ('before' as const)
          : ('after' as const)
    const on = node(t, { fault })
    for (const name of ['a', 'b', 'c']) on.add(name)
    await on.clock.advance(30_000)
    isFaulty = false
    await on.until('all to run', () => ['a', 'b', 'c'].every((name) => on.status(name)?.phase === 'Running'))
    isFaulty = true
    for (const name of ['a', 'b', 'c']) on.remove(name, 1)
    await on.clock.advance(30_000)
    isFaulty = false
    await on.until('all to end', () => ['a', 'b', 'c'].every((name) => !on.exists(name)))
    assert.deepEqual(on.runtime.faults, [], `seed ${seed}`)
    assert.equal(on.runtime.sandboxes.size, 0)
  }
})

test('a crashing container waits 10, 20, 40 seconds between its starts', async (t) => {
  const on = node(t, { process: () => ({ endsAfterMs: 1000, exitCode: 1 }) })
  on.add('crash')
  const started: number[] = []
  await on.until('five starts', () => {
    const newest = [...on.runtime.containers.values()].findLast(({ startedAt }) => startedAt > 0)
    if (newest && newest.attempt === started.length) started.push(newest.startedAt)
    return started.length === 5
  })
  const waits = started.slice(1).map((at, i) => (at - (started[i] as number) - 1000) / 1000)
  for (const [i, least] of [0, 10, 20, 40].entries()) {
    const wait = waits[i] as number
    // Files are written in real time, so it may be more; that it is no more by plan is plan's test.
    assert.ok(wait >= least, `wait ${i} is ${wait} s`)
  }
  await on.until(
    'the reason',
    () => on.status('crash').containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
  )
  assert.match(
    on.status('crash').containerStatuses?.[0]?.state?.waiting?.message ?? '',
    /^back-off 1m20s restarting failed container=main pod=crash_default\(crash\)$/,
  )
})

test('an image that is not there gives upstream reasons and does not keep the others from starting', async (t) => {
  const on = node(t)
  on.add('half', {
    containers: [
      { name: 'bad', image: 'missing:1' },
      { name: 'good', image: 'app:1' },
    ],
  })
  const reason = () =>
    on.status('half')?.containerStatuses?.find(({ name }) => name === 'bad')?.state?.waiting?.reason
  await on.until('ErrImagePull', () => reason() === 'ErrImagePull')
  await on.until('ImagePullBackOff', () => reason() === 'ImagePullBackOff')
  assert.deepEqual(
    running(on).map(({ name }) => name),
    ['good'],
  )
  const reasons = new Set(on.client.all<Event>('events').map((event) => event.reason))
  for (const one of ['Pulling', 'Failed', 'BackOff', 'Pulled', 'Created', 'Started'])
    assert.ok(reasons.has(one), one)
})

test('repeated events raise a count', async (t) => {
  const on = node(t, { process: () => ({ endsAfterMs: 100, exitCode: 1 }) })
  on.add('crash')
  await on.until('three starts', () =>
    on.client.all<Event>('events').some(({ reason, count }) => reason === 'Started' && count === 3),
  )
})

test('while the API server is away pods go on, and the newest status is told when it is back', async (t) => {
  const on = node(t)
  on.client.isAway = true
  on.add('web')
  await on.until('a container', () => running(on).length === 1)
  await on.clock.advance(60_000)
  on.client.isAway = false
  await on.until('the status', () => on.status('web')?.phase === 'Running')
})

test('what no source names is ended, once all sources spoke', async (t) => {
  const on = node(t)
  on.add('web')
  await on.until('running', () => on.status('web')?.phase === 'Running')
  on.forget('web')
  await on.until('the end', () => on.runtime.sandboxes.size === 0)
  assert.ok(on.exists('web'), 'an object that is not listed is not ours to delete')
})

test('containers of an unknown pod in the runtime are ended, with the grace that they were given', async (t) => {
  const on = node(t, { process: () => ({ isDeaf: true }) })
  const labels = {
    'io.kubernetes.pod.uid': 'old',
    'io.kubernetes.pod.name': 'old',
    'io.kubernetes.pod.namespace': 'default',
  }
  const annotations = { 'io.kubernetes.pod.terminationGracePeriod': '2' }
  const id = await on.runtime.runPodSandbox(
    { metadata: { name: 'old', uid: 'old', namespace: 'default' }, labels },
    never,
  )
  const container = await on.runtime.createContainer(
    id,
    { metadata: { name: 'main' }, labels, annotations },
    {},
    never,
  )
  await on.runtime.startContainer(container, never)
  const from = on.clock.now()
  await on.until('the end', () => on.runtime.sandboxes.size === 0)
  assert.ok(on.clock.now() - from < 10_000)
})

test('a completed pod keeps its container, and its phase', async (t) => {
  const on = node(t, { process: () => ({ endsAfterMs: 1000 }) })
  on.add('job', { restartPolicy: 'Never' })
  await on.until('success', () => on.status('job')?.phase === 'Succeeded')
  // Its end is noted in a file, which takes real time.
  await on.until('the end of its sandbox', () => on.status('job').conditions?.[0]?.status === 'False')
  await on.clock.advance(60_000)
  assert.equal(on.runtime.containers.size, 1)
  assert.equal(on.status('job').phase, 'Succeeded')
  assert.deepEqual(
    on.status('job').conditions?.map(({ type, status, reason }) => [type, status, reason ?? '']),
    [
      ['PodReadyToStartContainers', 'False', ''],
      ['Initialized', 'True', ''],
      ['Ready', 'False', 'PodCompleted'],
      ['ContainersReady', 'False', 'PodCompleted'],
      ['PodScheduled', 'True', ''],
    ],
  )
})

test('an evicted pod fails with the words that were given, keeps its containers, and can be deleted', async (t) => {
  const on = node(t)
  on.add('greedy')
  await on.until('running', () => on.status('greedy')?.phase === 'Running')
  assert.equal(on.manager.evict('nobody', 'too much', 1), false)
  assert.equal(on.manager.evict('greedy', 'too much', 1), true)
  await on.until('the end', () => on.status('greedy')?.phase === 'Failed')
  const { reason, message, conditions } = on.status('greedy')
  assert.deepEqual([reason, message], ['Evicted', 'too much'])
  const disruption = conditions?.find(({ type }) => type === 'DisruptionTarget')
  assert.deepEqual(
    [disruption?.status, disruption?.reason, disruption?.message],
    ['True', 'TerminationByKubelet', 'too much'],
  )
  const told = on.client.all<Event>('events').find((event) => event.reason === 'Evicted')
  assert.deepEqual([told?.type, told?.message], ['Warning', 'too much'])
  assert.equal(running(on).length, 0)
  on.remove('greedy')
  await on.until('gone', () => !on.exists('greedy'))
})

test('a pod that the node has no room for fails at once, keeps saying so, and can be deleted', async (t) => {
  const on = node(t)
  const ports = [{ containerPort: 80, hostPort: 8080 }]
  on.add('first', { containers: [{ name: 'main', image: 'app:1', ports }] })
  await on.until('running', () => on.status('first')?.phase === 'Running')
  on.add('second', { containers: [{ name: 'main', image: 'app:1', ports }] })
  await on.until('the rejection', () => on.status('second')?.phase === 'Failed')
  await on.clock.advance(60_000)
  const { phase, reason, message } = on.status('second')
  assert.deepEqual([phase, reason], ['Failed', 'NodePorts'])
  assert.match(message ?? '', /^Pod was rejected: Predicate NodePorts failed: /)
  assert.equal(on.runtime.sandboxes.size, 1)
  assert.ok(
    on.client.all<Event>('events').some((event) => event.reason === 'NodePorts' && event.type === 'Warning'),
  )
  on.remove('second')
  await on.until('the object to go', () => !on.exists('second'))
  assert.equal(on.status('first')?.phase, 'Running')
})
