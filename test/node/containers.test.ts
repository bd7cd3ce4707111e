// Containers beside the pod's own, for real: helpers see the processes that they are to look into, and run once; sidecars
// serve to the end of the others.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import type { EphemeralContainer, Pod } from '#kinds/gen/core-v1'
import { createPodManager, type PodManager } from '#kubelet'
import { until } from '#testkit/host/process'
import { startRuntime, testImage, type TestRuntime } from '#testkit/host/runtime'
import { RecordingClient } from '#testkit/recording-client'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-helpers-'))
const client = new RecordingClient()
const controller = new AbortController()
let runtime: TestRuntime
let manager: PodManager
let running: Promise<void>

before(async () => {
  runtime = await startRuntime(folder)
  manager = createPodManager({
    runtime: runtime.runtime,
    client,
    clock: realClock,
    random: realRandom,
    log: silent,
    node: {
      name: 'node-1',
      hostIPs: ['127.0.0.1'],
      capacity: { cpuMilli: 2000, memoryBytes: 2 ** 31 },
      clusterDNS: [],
      clusterDomain: 'cluster.local',
    },
    rootDir: join(folder, 'kubelet'),
    podLogsDir: join(folder, 'pods'),
    resolvConf: '/etc/resolv.conf',
    relistMs: 300,
  })
  running = manager.run(controller.signal)
  manager.update('file', [])
})

after(async () => {
  controller.abort(new Error('the test is over'))
  await running
  await runtime.close()
  rmSync(folder, { recursive: true, force: true })
})

const uid = 'debugged-uid'
let version = 0

function tell(...ephemeralContainers: EphemeralContainer[]): void {
  const metadata = { name: 'debugged', namespace: 'default', uid, resourceVersion: String(++version) }
  const main = { name: 'c', image: testImage, command: ['sleep', '12345'] }
  const spec = { containers: [main], ephemeralContainers, terminationGracePeriodSeconds: 1 }
  const known = status()
  const pod: Pod = { metadata, spec, ...(known && { status: known }) }
  client.put('pods', pod as Parameters<typeof client.put>[1])
  manager.update('api', [pod])
}

const status = () => (client.objects.get('pods/default/debugged') as Pod | undefined)?.status
const helper = (name: string) => status()?.ephemeralContainerStatuses?.find((one) => one.name === name)

async function told(name: string, ...command: string[]): Promise<string> {
  const { stdout } = await runtime.runtime.execSync(manager.container(uid, name)?.id ?? '', command, 5, never)
  return Buffer.from(stdout).toString()
}

const looking = {
  name: 'looking',
  image: testImage,
  command: ['sleep', '54321'],
  targetContainerName: 'c',
}
const brief = { name: 'brief', image: testImage, command: ['true'] }
const lost = { name: 'lost', image: testImage, command: ['true'], targetContainerName: 'none' }

test('a helper is added to a pod that runs, sees what it is to see, and changes nothing else', async () => {
  tell()
  await until('the pod to run', () => status()?.phase === 'Running')
  const before = status()?.containerStatuses?.[0]?.containerID
  tell(looking, brief, lost)
  await until('the helper to run', () => helper('looking')?.state?.running !== undefined)
  assert.match(await told('looking', 'cat', '/proc/1/cmdline'), /12345/)
  assert.equal((await told('c', 'cat', '/proc/1/cmdline')).includes('12345'), true)
  const { ready, restartCount } = helper('looking') ?? {}
  assert.deepEqual([ready, restartCount], [false, 0])
  assert.equal(status()?.containerStatuses?.[0]?.containerID, before)
  assert.equal(status()?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True')
})

test('a helper that has ended is not started again', async () => {
  await until('the end of the brief one', () => helper('brief')?.state?.terminated?.exitCode === 0)
  const id = helper('brief')?.containerID
  tell(looking, brief, lost)
  await until(
    'a look after it',
    () => helper('lost')?.state?.waiting?.reason === 'CreateContainerConfigError',
  )
  assert.equal(helper('brief')?.containerID, id)
  assert.equal(helper('lost')?.state?.waiting?.message, 'unable to find target container none')
})

test('a pod is done when its own containers are, and its sidecars end after them', async () => {
  const server = { image: testImage, restartPolicy: 'Always' }
  const command = ['sh', '-c', 'trap "sleep 1.1; exit 0" TERM; while true; do sleep 0.1; done']
  const pod = {
    metadata: { name: 'served', namespace: 'default', uid: 'served-uid', resourceVersion: '1' },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 10,
      initContainers: [
        { name: 'first', ...server, command },
        { name: 'second', ...server, command },
      ],
      containers: [{ name: 'c', image: testImage, command: ['sleep', '0.5'] }],
    },
  } as Pod
  client.put('pods', pod as Parameters<typeof client.put>[1])
  manager.update('api', [pod])
  const now = () => (client.objects.get('pods/default/served') as Pod | undefined)?.status
  await until('the end of the pod', () => now()?.phase === 'Succeeded')
  const all = [...(now()?.containerStatuses ?? []), ...(now()?.initContainerStatuses ?? [])]
  const endOf = (name: string) =>
    Date.parse(all.find((one) => one.name === name)?.state?.terminated?.finishedAt ?? '')
  assert.ok(endOf('c') < endOf('second'), `${endOf('c')} ${endOf('second')}`)
  assert.ok(endOf('second') < endOf('first'), `${endOf('second')} ${endOf('first')}`)
})
