import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { SimulatedRuntime, type SimulatedRuntimeOptions } from './simulated-runtime.ts'

const labels = { 'io.kubernetes.pod.uid': 'u' }

async function made(options: Partial<SimulatedRuntimeOptions> = {}, annotations = {}) {
  const clock = new VirtualClock()
  const runtime = new SimulatedRuntime({ clock, ...options })
  const sandbox = { metadata: { uid: 'u', name: 'p', namespace: 'n', attempt: 0 }, labels, annotations }
  const sandboxId = await runtime.runPodSandbox(sandbox, never)
  const create = () =>
    runtime.createContainer(sandboxId, { metadata: { name: 'main', attempt: 0 }, labels }, sandbox, never)
  return { clock, runtime, sandbox, sandboxId, create }
}

test('a simulated container starts late, runs for its time, and its end is told', async () => {
  const { clock, runtime, create } = await made({
    process: () => ({ startsAfterMs: 500, endsAfterMs: 2000, exitCode: 3 }),
  })
  const told: string[] = []
  runtime.containerEvents((uid) => told.push(uid), never).catch(() => {})
  const id = await create()
  const state = async () => (await runtime.containerStatus(id, never)).state
  const started = runtime.startContainer(id, never)
  await clock.advance(499)
  assert.equal(await state(), 'created')
  await clock.advance(1)
  await started
  assert.equal(await state(), 'running')
  await clock.advance(1999)
  assert.deepEqual([await state(), told], ['running', []])
  await clock.advance(1)
  const { exitCode, reason, startedAt, finishedAt } = await runtime.containerStatus(id, never)
  assert.deepEqual([exitCode, reason, Math.round(finishedAt - startedAt)], [3, 'Error', 2000])
  assert.deepEqual(told, ['u'])
})

test('a simulated start that is cut off starts nothing', async () => {
  const { clock, runtime, create } = await made({ process: () => ({ startsAfterMs: 500 }) })
  const id = await create()
  const stop = new AbortController()
  const started = runtime.startContainer(id, stop.signal)
  await settled()
  stop.abort(new Error('superseded'))
  await assert.rejects(started, /superseded/)
  await clock.advance(1000)
  assert.equal((await runtime.containerStatus(id, never)).state, 'created')
})

test("a simulated pull goes by its pod's annotations", async () => {
  const { clock, runtime, sandbox } = await made(
    {
      pull: (image, sandbox) => {
        const { slow, broken } = sandbox?.annotations ?? {}
        return {
          ...(slow !== undefined && { takesMs: Number(slow) }),
          ...(broken !== undefined && { fault: `${image}: ${broken}` }),
        }
      },
    },
    { slow: '300' },
  )
  const pulled = runtime.pullImage('a:1', undefined, sandbox, never)
  await clock.advance(299)
  assert.deepEqual(await runtime.listImages(never), [])
  await clock.advance(1)
  const id = await pulled
  assert.deepEqual((await runtime.imageStatus('a:1', never))?.id, id)
  assert.deepEqual((await runtime.imageStatus(id, never))?.repoTags, ['a:1'])
  const broken = { ...sandbox, annotations: { broken: 'no such' } }
  await assert.rejects(runtime.pullImage('b:1', undefined, broken, never), {
    code: 'notFound',
    message: 'b:1: no such',
  })
})

test('a simulated runtime refuses what containerd refuses', async () => {
  const { runtime, sandbox, sandboxId, create } = await made()
  await assert.rejects(runtime.runPodSandbox(sandbox, never), /failed to reserve sandbox name/)
  const id = await create()
  await assert.rejects(create(), /failed to reserve container name/)
  await runtime.startContainer(id, never)
  await assert.rejects(runtime.startContainer(id, never), /container is in running state/)
  await assert.rejects(runtime.removeContainer(id, never), /container is running/)
  await runtime.stopPodSandbox(sandboxId, never)
  assert.equal((await runtime.containerStatus(id, never)).exitCode, 137)
  await runtime.removePodSandbox(sandboxId, never)
  await assert.rejects(runtime.containerStatus(id, never), { code: 'notFound' })
  await assert.rejects(runtime.exec({}, never), { code: 'unimplemented' })
})
