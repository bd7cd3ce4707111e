import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import { VirtualClock } from '#testkit/virtual-clock'
import { noVolumes, type PodVolumes } from './no-volumes.ts'
import { VolumeKeeper } from './volume-keeper.ts'

const podOf = (uid: string): Pod => ({
  metadata: { name: uid, uid },
  spec: { containers: [], volumes: [{ name: 'x', emptyDir: { sizeLimit: '1Ki' } }] },
})

function keeperOf(volumes: Partial<PodVolumes>, uids: string[] = []) {
  const clock = new VirtualClock()
  const evicted: [string, string, number][] = []
  const pods = {
    running: () => uids.map(podOf),
    isOrphan: (uid: string) => !uids.includes(uid),
    evict: (...told: [string, string, number]) => void evicted.push(told),
  }
  const all = { ...noVolumes, isRefreshed: () => true, ...volumes }
  return { clock, evicted, keeper: new VolumeKeeper({ volumes: all, pods, clock, log: silent }) }
}

const used = (usedBytes: number) => ({
  usedBytes,
  inodesUsed: 0,
  availableBytes: 0,
  capacityBytes: 0,
  inodes: 0,
  inodesFree: 0,
})

test('a pod that outgrew its volume is evicted, those that did not are left alone', async () => {
  const usage: PodVolumes['usage'] = async ({ metadata }) =>
    new Map([['x', used(metadata.uid === 'greedy' ? 1025 : 1024)]])
  const { keeper, evicted } = keeperOf({ usage }, ['greedy', 'modest'])
  await keeper.round(never)
  assert.deepEqual(evicted, [['greedy', 'Usage of EmptyDir volume "x" exceeds the limit "1Ki". ', 1]])
})

test('files are refreshed once a minute, and a volume that hangs holds up only its own pod', async () => {
  const begun: string[] = []
  const refresh = ({ metadata }: Pod) => {
    begun.push(metadata.uid ?? '')
    return metadata.uid === 'hung' ? new Promise<void>(() => {}) : Promise.resolve()
  }
  const controller = new AbortController()
  const { keeper, clock } = keeperOf({ refresh }, ['hung', 'well'])
  void keeper.run(controller.signal)
  await clock.advance(59_000)
  assert.deepEqual(begun, ['hung', 'well'])
  await clock.advance(61_000)
  assert.deepEqual(begun, ['hung', 'well', 'well', 'well'])
  controller.abort(new Error('over'))
})

test('only what no pod names is removed, and what cannot be removed is tried again', async () => {
  const removed: string[] = []
  const remove = async (uid: string) => {
    removed.push(uid)
    if (uid === 'stuck') throw new Error('busy')
  }
  const { keeper, clock } = keeperOf({ uids: async () => ['kept', 'gone', 'stuck'], remove }, ['kept'])
  await keeper.round(never)
  assert.deepEqual(removed, ['gone', 'stuck'])
  await clock.advance(60_000)
  await keeper.round(never)
  assert.deepEqual(removed, ['gone', 'stuck', 'gone', 'stuck'])
})
